/*
 * setup/find_log.h -- where a mail server of this machine may log, and what it logged before.
 *
 * Finds the files and the journal, and copies their ends; what the lines say is read by setup/look.h. Of rsyslog's
 * configuration only lines are read that name a file for the facility mail. Texts are in the arena of the machine.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_SETUP_FIND_LOG_H
#define REP_SETUP_FIND_LOG_H

#include "setup/find_postfix.h"

enum {
	REP_FIND_LOGS = 16,	/* places where a log may be */
	REP_FIND_ROTATED = 512, /* older logs beside one: ten years of weekly ones */
	/*
	 * Of each log its end is looked at before anything is written: half a million lines, for 10,000 messages a day
	 * some days. Judgement.
	 */
	REP_FIND_TAIL = 64 << 20,
	REP_FIND_ENTRIES =
	    100000 /* the same of a journal: an entry has some 450 bytes. Judgement */
};

struct rep_find_log {
	const char *path; /* as `watch` has it: a path, or "journal" */
	const char *why;  /* for a person: "rsyslog writes mail there"; NULL: it was named */
	bool journal;
	bool maillog;	 /* Postfix itself names it: maillog_file */
	bool everything; /* where all goes that has no file of its own */
	bool denied;	 /* it may not be read; one that a person named may not be there either */
	const char **older; /* rotated logs beside it, the newest first */
	size_t older_n, older_dropped;
	uint64_t bytes; /* of the log and of these, packed as they are; 0: of a journal */
};

/*
 * The places where there is a log: those that Postfix and rsyslog name, the usual ones, and the journal. They may be
 * empty, or of something else. *dropped: more of them than there is room for.
 */
size_t rep_find_logs(const struct rep_machine *m, const struct rep_postfix_all *postfix,
    struct rep_find_log v[REP_FIND_LOGS], size_t *dropped);

/* The same of one that a person named: a path, "journal" or "journal:...". */
void rep_find_log_named(const struct rep_machine *m, const char *name, struct rep_find_log *out);

/*
 * The end of a log as a file without a name: at most REP_FIND_TAIL bytes, from the begin of a line on. Of a file: with
 * its time, and before it the end of the newest rotated one, where that is not packed. Of a journal: at most
 * REP_FIND_ENTRIES of its newest entries, as lines of `journalctl -o json`. *fd is to be closed. REP_EIO: it cannot be
 * read.
 */
enum rep_rc rep_find_log_tail(const struct rep_machine *m, const struct rep_find_log *log, int *fd,
    struct rep_err *err) REP_NODISCARD;

#endif
