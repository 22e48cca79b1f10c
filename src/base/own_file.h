/*
 * base/own_file.h -- opens a file of ours, and makes it where it is missing: mode 0600, and it belongs to whom its
 * folder belongs.
 *
 * Root may run a command by hand with the database of the service, whose user is not root. What root makes in the
 * service's folder is given to that user, else the service could not open it any more. SQLite does the same with its
 * -wal and -shm files.
 *
 * Whoever owns the folder can put a link into it. So only what this call itself has made is given away, no symbolic link
 * is followed, and what is no file, or for root a file of a second name, is not opened (EPERM).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_OWN_FILE_H
#define REP_BASE_OWN_FILE_H

/* As open(2) with these flags and O_CREAT: a descriptor, or -1 and errno. */
int rep_own_file_open(const char *path, int flags);

/* As mkdir(2) with mode 0700: 0, or -1 and errno (EEXIST: there is something of this name). */
int rep_own_folder_make(const char *path);

#endif
