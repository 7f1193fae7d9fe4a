// CLinux: what writing images needs of Linux.
// SPDX-License-Identifier: Apache-2.0
#ifndef CLINUX_FILES_H
#define CLINUX_FILES_H

#include <stdint.h>
#include <sys/types.h>

/// renameat2(2): 0, or -1 with errno (EINVAL where the file system does not know the flag).
int clinux_rename(int from, const char *name, int to, const char *new_name, unsigned flags);

/// Has a pipe hold so many bytes, as far as this user may; what it holds then, or -1 with errno.
int clinux_pipe_size(int fd, int bytes);

/// Starts a program that the kernel ends (SIGKILL) when the thread that started it ends.
///
/// `ends` become its standard input, output and error; it blocks no signal. Its number, or -1 with errno.
pid_t clinux_start_bound(const char *name, char *const arguments[], char *const environment[],
                         const int ends[3]);

extern const unsigned CLINUX_RENAME_NOREPLACE;
extern const unsigned CLINUX_RENAME_EXCHANGE;

#endif
