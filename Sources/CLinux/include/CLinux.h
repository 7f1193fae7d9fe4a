// CLinux: what Linux offers and Swift's Glibc module does not show.
// SPDX-License-Identifier: Apache-2.0
#ifndef CLINUX_H
#define CLINUX_H

#include "CLinuxFiles.h"
#include "CLinuxSHA.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/types.h>

/// accept4(2): the new descriptor, or -1 with errno.
int clinux_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);

/// openat2(2): the new descriptor, or -1 with errno (ENOSYS before Linux 5.6).
int clinux_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve);

/// Whether openat2(2) works here: not before Linux 5.6, and not behind some containers' filters.
int clinux_knows_openat2(void);

/// preadv2(2) with RWF_NOWAIT: never waits for a disk.
/// EAGAIN when the bytes are not resident, EOPNOTSUPP where that cannot be known.
ssize_t clinux_pread_nowait(int fd, void *buffer, size_t count, off_t offset);

/// Bytes in a socket's send queue (SIOCOUTQ), 0 when that cannot be known.
int clinux_unsent_bytes(int fd);

/// Of these the bytes that were never sent (SIOCOUTQNSD); 0 where that cannot be known.
int clinux_queued_bytes(int fd);

/// pipe2(2) with O_CLOEXEC: 0, or -1 with errno.
int clinux_pipe(int ends[2]);

/// The user at the other end of a Unix socket (SO_PEERCRED), -1 when that cannot be known.
uint32_t clinux_peer_user(int fd);

/// The columns of the terminal behind a descriptor (TIOCGWINSZ), 0 where there is none.
int clinux_columns(int fd);

/// Its rows.
int clinux_rows(int fd);

/// getrandom(2): how many bytes, or -1 with errno.
ssize_t clinux_random(void *buffer, size_t count);

/// How many processors this process may run on (sched_getaffinity); 1 when that is not known.
int clinux_processors(void);

/// Names the calling thread, as `top -H` shows it; at most 15 bytes.
void clinux_name_this_thread(const char *name);

/// fcntl(2) with F_OFD_SETLK: a write lock on a whole file that goes with its descriptor; 0, or -1 with
/// errno (EAGAIN: another process has it).
int clinux_lock_file(int fd);

/// Lets that lock go, also where another process has the same descriptor; 0, or -1 with errno.
int clinux_unlock_file(int fd);

/// fstatfs(2): the file system's magic number, 0 when that cannot be known.
uint64_t clinux_file_system(int fd);

/// Ends the process as a signal handler may: no atexit, no flushing.
void clinux_exit_now(int status) __attribute__((noreturn));

extern const uint64_t CLINUX_RESOLVE_BENEATH;
extern const uint64_t CLINUX_RESOLVE_NO_MAGICLINKS;
extern const uint64_t CLINUX_RESOLVE_NO_SYMLINKS;
extern const uint64_t CLINUX_RESOLVE_CACHED;
extern const int CLINUX_O_PATH;

#endif
