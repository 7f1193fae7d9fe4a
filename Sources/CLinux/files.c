// CLinux: what writing images needs of Linux.
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinuxFiles.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <unistd.h>

const unsigned CLINUX_RENAME_NOREPLACE = RENAME_NOREPLACE;
const unsigned CLINUX_RENAME_EXCHANGE = RENAME_EXCHANGE;

int clinux_rename(int from, const char *name, int to, const char *new_name, unsigned flags) {
  return (int)syscall(SYS_renameat2, from, name, to, new_name, flags);
}

int clinux_pipe_size(int fd, int bytes) { return fcntl(fd, F_SETPIPE_SZ, bytes); }
