// CLinux: a program that ends with whoever started it.
// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include "CLinuxFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(const char *name, char *const arguments[], char *const environment[],
                   const int ends[3], pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have died before.
  if (getppid() != parent) _exit(127);
  for (int end = 0; end < 3; end++) {
    if (ends[end] == end) fcntl(end, F_SETFD, 0);
    else dup2(ends[end], end);
  }
  signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execvpe(name, arguments, environment);
}

pid_t clinux_start_bound(const char *name, char *const arguments[], char *const environment[],
                         const int ends[3]) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -1;
  sigset_t all, before;
  sigfillset(&all);
  // No handler of ours runs in the child.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t parent = getpid(), child = fork();
  int error = errno;
  if (child == 0) {
    become(name, arguments, environment, ends, parent);
    error = errno;
    ssize_t told = write(report[1], &error, sizeof error);
    _exit(told > 0 ? 127 : 126);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(report[1]);
  // Nothing comes where the program runs: its end of the pipe is closed then.
  ssize_t count = 0;
  while (child > 0 && (count = read(report[0], &error, sizeof error)) < 0 && errno == EINTR) {}
  close(report[0]);
  if (count > 0) while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
  if (child > 0 && count <= 0) return child;
  errno = error;
  return -1;
}
