/* SPDX-License-Identifier: Apache-2.0 */
#include "io/sd_journal.h"
#include "base/library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#define LIBSYSTEMD "libsystemd.so.0"

struct rep_sd_journal {
	sd_journal *j; /* owned */
};

/* The functions of libsystemd, by their names without "sd_journal_". */
static struct {
	int (*open)(sd_journal **, int);
	int (*open_directory)(sd_journal **, const char *, int);
	void (*close)(sd_journal *);
	int (*add_match)(sd_journal *, const void *, size_t);
	int (*seek_head)(sd_journal *);
	int (*seek_tail)(sd_journal *);
	int (*seek_cursor)(sd_journal *, const char *);
	int (*seek_realtime_usec)(sd_journal *, uint64_t);
	int (*next)(sd_journal *);
	int (*previous)(sd_journal *);
	int (*get_realtime_usec)(sd_journal *, uint64_t *);
	int (*get_data)(sd_journal *, const char *, const void **, size_t *);
	int (*test_cursor)(sd_journal *, const char *);
	int (*get_cursor)(sd_journal *, char **);
	int (*get_fd)(sd_journal *);
	int (*process)(sd_journal *);
	bool loaded;
} sd;

enum rep_rc
rep_sd_journal_load(struct rep_err *err)
{
	static const struct rep_library_call calls[] = { { "sd_journal_open", &sd.open },
		{ "sd_journal_open_directory", &sd.open_directory },
		{ "sd_journal_close", &sd.close }, { "sd_journal_add_match", &sd.add_match },
		{ "sd_journal_seek_head", &sd.seek_head },
		{ "sd_journal_seek_tail", &sd.seek_tail },
		{ "sd_journal_seek_cursor", &sd.seek_cursor },
		{ "sd_journal_seek_realtime_usec", &sd.seek_realtime_usec },
		{ "sd_journal_next", &sd.next }, { "sd_journal_previous", &sd.previous },
		{ "sd_journal_get_realtime_usec", &sd.get_realtime_usec },
		{ "sd_journal_get_data", &sd.get_data },
		{ "sd_journal_test_cursor", &sd.test_cursor },
		{ "sd_journal_get_cursor", &sd.get_cursor }, { "sd_journal_get_fd", &sd.get_fd },
		{ "sd_journal_process", &sd.process } };

	sd.loaded = sd.loaded || rep_library_load(LIBSYSTEMD, calls, REP_COUNT(calls));
	return sd.loaded
	    ? REP_OK
	    : rep_fail(err, REP_ENOTFOUND,
		  "the journal cannot be read without %s (package libsystemd0)", LIBSYSTEMD);
}

/* n: what a function of libsystemd returned; below 0 it is an errno. */
static enum rep_rc
result(int n, const char *what, struct rep_err *err)
{
	if (n >= 0)
		return REP_OK;
	return rep_fail(
	    err, n == -ENOMEM ? REP_EMEM : REP_EIO, "the journal: %s: %s", what, strerror(-n));
}

enum rep_rc
rep_sd_journal_open(
    const char *folder, const char *match, struct rep_sd_journal **out, struct rep_err *err)
{
	struct rep_sd_journal *j;
	enum rep_rc rc;
	int n;

	if ((rc = rep_sd_journal_load(err)) != REP_OK)
		return rc;
	if ((j = calloc(1, sizeof *j)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	n = folder == NULL ? sd.open(&j->j, SD_JOURNAL_LOCAL_ONLY)
			   : sd.open_directory(&j->j, folder, 0);
	rc = result(n, folder == NULL ? "it cannot be opened" : folder, err);
	if (n == -ENOENT || n == -ENOTDIR || n == -EACCES || n == -EPERM)
		rc = REP_ENOTFOUND;
	if (rc == REP_OK && match != NULL)
		rc = result(sd.add_match(j->j, match, 0), match, err);
	if (rc != REP_OK) {
		rep_sd_journal_close(j);
		return rc;
	}
	*out = j;
	return REP_OK;
}

void
rep_sd_journal_close(struct rep_sd_journal *j)
{
	if (j != NULL && j->j != NULL)
		sd.close(j->j);
	free(j);
}

enum rep_rc
rep_sd_journal_to_begin(struct rep_sd_journal *j, struct rep_err *err)
{
	return result(sd.seek_head(j->j), "its first entry cannot be found", err);
}

/* Behind the end `next` would find nothing that comes later: it must stand on the last entry. */
enum rep_rc
rep_sd_journal_to_end(struct rep_sd_journal *j, struct rep_err *err)
{
	int n = sd.seek_tail(j->j);

	if (n >= 0 && (n = sd.previous(j->j)) == 0)
		n = sd.seek_head(j->j);
	return result(n, "its last entry cannot be found", err);
}

enum rep_rc
rep_sd_journal_to(struct rep_sd_journal *j, const char *cursor, struct rep_err *err)
{
	return result(sd.seek_cursor(j->j, cursor), "a cursor cannot be used", err);
}

enum rep_rc
rep_sd_journal_to_time(struct rep_sd_journal *j, uint64_t us, struct rep_err *err)
{
	return result(sd.seek_realtime_usec(j->j, us), "a time cannot be found", err);
}

/* n: what the step returned. */
static enum rep_rc
stepped(int n, bool *there, struct rep_err *err)
{
	enum rep_rc rc = result(n, "an entry cannot be read", err);

	if (rc == REP_OK)
		*there = n > 0;
	return rc;
}

enum rep_rc
rep_sd_journal_next(struct rep_sd_journal *j, bool *there, struct rep_err *err)
{
	return stepped(sd.next(j->j), there, err);
}

enum rep_rc
rep_sd_journal_previous(struct rep_sd_journal *j, bool *there, struct rep_err *err)
{
	return stepped(sd.previous(j->j), there, err);
}

uint64_t
rep_sd_journal_time_us(struct rep_sd_journal *j)
{
	uint64_t us = 0;

	return sd.get_realtime_usec(j->j, &us) >= 0 ? us : 0;
}

enum rep_rc
rep_sd_journal_field(
    struct rep_sd_journal *j, const char *field, struct rep_str *out, struct rep_err *err)
{
	size_t n = 0, name = strlen(field) + 1; /* "FIELD=" */
	const void *p = NULL;
	int got = sd.get_data(j->j, field, &p, &n);
	enum rep_rc rc = got == -ENOENT ? REP_OK : result(got, field, err);

	if (rc == REP_OK)
		*out = got < 0 || n < name ? (struct rep_str){ NULL, 0 }
					   : (struct rep_str){ (const char *)p + name, n - name };
	return rc;
}

bool
rep_sd_journal_is(struct rep_sd_journal *j, const char *cursor)
{
	return sd.test_cursor(j->j, cursor) > 0;
}

enum rep_rc
rep_sd_journal_cursor(struct rep_sd_journal *j, char cursor[REP_SD_CURSOR], struct rep_err *err)
{
	char *text = NULL;
	enum rep_rc rc = result(sd.get_cursor(j->j, &text), "an entry has no cursor", err);
	size_t n = rc == REP_OK ? strlen(text) + 1 : 0;

	if (n > REP_SD_CURSOR)
		rc = rep_fail(err, REP_ELIMIT, "the journal: a cursor has more than %d bytes",
		    REP_SD_CURSOR - 1);
	else if (rc == REP_OK)
		memcpy(cursor, text, n);
	free(text);
	return rc;
}

int
rep_sd_journal_fd(struct rep_sd_journal *j)
{
	int fd = sd.get_fd(j->j);

	return fd >= 0 ? fd : -1;
}

enum rep_rc
rep_sd_journal_look(struct rep_sd_journal *j, struct rep_err *err)
{
	return result(sd.process(j->j), "what changed cannot be found", err);
}
