/*
 * engine/journald.h -- which journal of systemd is meant, and how an entry of it becomes a line of a log.
 *
 * Pure but for rep_journald_is_folder. The line is one of `journalctl -o json` with the fields that
 * intake/journal.h reads, so entries are parsed as those of a pipe are, in the reader, and count once with them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_JOURNALD_H
#define REP_ENGINE_JOURNALD_H

#include "base/arena.h"
#include "base/buf.h"

/* Facility `mail`: Postfix, Exim (log_file_path = syslog), OpenSMTPD and Sendmail log with it to syslog(3). */
#define REP_JOURNALD_MATCH "SYSLOG_FACILITY=2"

/* Bytes of a name: with a prefix it is the name of a row of the store. */
enum { REP_JOURNALD_NAME_MAX = 632 };

struct rep_journald {
	const char *name;   /* as the person wrote it */
	const char *folder; /* NULL: the journal of this machine */
	const char *match;  /* "FIELD=VALUE" of the entries that are read */
};

/*
 * "journal[:FOLDER][:FIELD=VALUE]". False: something else, such as a path. A file of the name "journal" is given as
 * "./journal".
 */
bool rep_journald_parse(struct rep_arena *a, const char *text, struct rep_journald *out);
/* Whether a folder, or one in it, holds files of the journal: then the path stands for "journal:PATH". */
bool rep_journald_is_folder(const char *path);
/* Whether a name is that of a file of the journal, or of a folder for one machine: 32 hexadecimal digits. */
bool rep_journald_is_file(const char *name);
bool rep_journald_is_id(const char *name);

/* What is known of an entry; n == 0: it does not say it. */
struct rep_journald_entry {
	uint64_t at_us;
	struct rep_str source_us, host, tag, syslog_pid, pid, message;
};

/* Adds its line, with the newline. */
void rep_journald_line(struct rep_buf *out, const struct rep_journald_entry *e);

/*
 * How many entries, of mail and of others, a journal lost between two cursors. False: this cannot be told, because
 * they are not numbered in one series.
 */
bool rep_journald_lost(struct rep_str before, struct rep_str after, uint64_t *n);
/* The time of the entry of a cursor (us); 0: it does not say it. */
uint64_t rep_journald_at_us(struct rep_str cursor);

#endif
