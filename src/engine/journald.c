/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/journald.h"
#include "base/json_out.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FIELD_BYTES = 64 }; /* journald takes no longer names of fields */

/* --- what is meant ----------------------------------------------------------------------------------- */

static bool
is_match(struct rep_str s)
{
	size_t n = rep_str_chr(s, '=', 0);

	if (n == SIZE_MAX || n == 0 || n > FIELD_BYTES || n + 1 == s.n)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((s.p[i] < 'A' || s.p[i] > 'Z') && s.p[i] != '_' &&
		    (i == 0 || !rep_digit(s.p[i])))
			return false;
	return true;
}

bool
rep_journald_parse(struct rep_arena *a, const char *text, struct rep_journald *out)
{
	struct rep_str s = rep_str_c(text), rest, folder, match = REP_S(REP_JOURNALD_MATCH);
	size_t colon;

	if (rep_str_eq(s, REP_S("journal"))) {
		*out = (struct rep_journald){ text, NULL, REP_JOURNALD_MATCH };
		return true;
	}
	if (!rep_str_starts(s, REP_S("journal:")) || s.n == sizeof "journal:" - 1)
		return false;
	folder = rest = rep_str_sub(s, sizeof "journal:" - 1, s.n);
	colon = rep_str_rchr(rest, ':');
	if (rest.p[0] != '/' && is_match(rest)) {
		match = rest;
		folder.n = 0;
	} else if (colon != SIZE_MAX && is_match(rep_str_sub(rest, colon + 1, rest.n))) {
		match = rep_str_sub(rest, colon + 1, rest.n);
		folder.n = colon;
	}
	*out = (struct rep_journald){ .name = text,
		.folder = folder.n == 0 ? NULL : rep_arena_dup(a, folder).p,
		.match = rep_arena_dup(a, match).p };
	return out->match != NULL && (folder.n == 0 || out->folder != NULL);
}

bool
rep_journald_is_file(const char *name)
{
	return rep_str_ends(rep_str_c(name), REP_S(".journal")) ||
	    rep_str_ends(rep_str_c(name), REP_S(".journal~"));
}

bool
rep_journald_is_id(const char *name)
{
	struct rep_str s = rep_str_c(name);

	for (size_t i = 0; i < s.n; i++)
		if (!rep_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
			return false;
	return s.n == 32;
}

static bool
holds(int at, const char *path, bool below)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e;
	bool found = false;

	if (d == NULL) {
		if (fd >= 0)
			(void)close(fd);
		return false;
	}
	while (!found && (e = readdir(d)) != NULL)
		found = rep_journald_is_file(e->d_name) ||
		    (below && rep_journald_is_id(e->d_name) && holds(fd, e->d_name, false));
	(void)closedir(d);
	return found;
}

bool
rep_journald_is_folder(const char *path)
{
	return holds(AT_FDCWD, path, true);
}

/* --- an entry as a line ------------------------------------------------------------------------------ */

static bool
is_utf8(struct rep_str s)
{
	size_t n;

	for (size_t i = 0; i < s.n; i += n)
		if ((n = rep_utf8_len(s, i)) == 0)
			return false;
	return true;
}

/* As journalctl shows it: bytes that are no text are an array of numbers. */
static void
field(struct rep_json *j, const char *key, struct rep_str v)
{
	if (v.n == 0)
		return;
	if (is_utf8(v)) {
		rep_json_str(j, key, v);
		return;
	}
	rep_json_arr(j, key);
	for (size_t i = 0; i < v.n; i++)
		rep_json_int(j, NULL, (unsigned char)v.p[i]);
	rep_json_end_arr(j);
}

void
rep_journald_line(struct rep_buf *out, const struct rep_journald_entry *e)
{
	char us[24];
	struct rep_json j;

	/* First, so that the first line shows what it is (intake/document.h). */
	snprintf(us, sizeof us, "%llu", (unsigned long long)e->at_us);
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_cstr(&j, "__REALTIME_TIMESTAMP", us);
	field(&j, "_SOURCE_REALTIME_TIMESTAMP", e->source_us);
	field(&j, "_HOSTNAME", e->host);
	field(&j, "SYSLOG_IDENTIFIER", e->tag);
	field(&j, "SYSLOG_PID", e->syslog_pid);
	field(&j, "_PID", e->pid);
	field(&j, "MESSAGE", e->message);
	rep_json_end_obj(&j);
	rep_buf_addc(out, '\n');
}

/* --- cursors ----------------------------------------------------------------------------------------- */

/* "s=ID;i=1f;b=..": the value of a key of one letter. */
static struct rep_str
part(struct rep_str cursor, char key)
{
	size_t at = 0, end;

	while (at + 2 <= cursor.n) {
		end = rep_str_chr(cursor, ';', at);
		end = end == SIZE_MAX ? cursor.n : end;
		if (cursor.p[at] == key && cursor.p[at + 1] == '=')
			return rep_str_sub(cursor, at + 2, end - at - 2);
		at = end + 1;
	}
	return REP_S("");
}

static bool
hex(struct rep_str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 16)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int digit = rep_hex(s.p[i]);

		if (digit < 0)
			return false;
		v = v << 4 | (uint64_t)digit;
	}
	*out = v;
	return true;
}

bool
rep_journald_lost(struct rep_str before, struct rep_str after, uint64_t *n)
{
	struct rep_str series = part(before, 's');
	uint64_t a, b;

	if (series.n == 0 || !rep_str_eq(series, part(after, 's')) || !hex(part(before, 'i'), &a) ||
	    !hex(part(after, 'i'), &b))
		return false;
	*n = b > a ? b - a - 1 : 0;
	return true;
}

uint64_t
rep_journald_at_us(struct rep_str cursor)
{
	uint64_t us;

	return hex(part(cursor, 't'), &us) ? us : 0;
}
