// CLinux: what writing images needs of Linux.
// SPDX-License-Identifier: Apache-2.0
#ifndef CLINUX_FILES_H
#define CLINUX_FILES_H

#include <stdint.h>

/// renameat2(2): 0, or -1 with errno (EINVAL where the file system does not know the flag).
int clinux_rename(int from, const char *name, int to, const char *new_name, unsigned flags);

/// Has a pipe hold so many bytes, as far as this user may; what it holds then, or -1 with errno.
int clinux_pipe_size(int fd, int bytes);

extern const unsigned CLINUX_RENAME_NOREPLACE;
extern const unsigned CLINUX_RENAME_EXCHANGE;

#endif
