/* Finds the documents in the quarantine that name a person. SPDX-License-Identifier: Apache-2.0 */
#include "engine/quarantine.h"
#include "intake/document.h"
#include "mail/mime.h"

#include <stdlib.h>

/* Room for a document of 48 MB, the copy of its parts, and the rest. */
enum { READ_ARENA = 192 << 20, FORMS = 3 };

enum naming { NAMES_NOBODY, NAMES_IT, CANNOT_TELL };

/* The ways to write one address. */
struct address {
	struct rep_str form[FORMS];
};

static bool
goes_on(struct rep_str s, size_t at)
{
	return at < s.n &&
	    (rep_alnum(s.p[at]) || s.p[at] == '-' ||
		(s.p[at] == '.' && at + 1 < s.n && rep_alnum(s.p[at + 1])));
}

/*
 * True when an address can begin here. In "mary.jo@", "jo@" does not. In VERP
 * ("bounces+jo=example.com", `verp`) any character but a letter or digit may be before it.
 */
static bool
begins(struct rep_str s, size_t at, bool verp)
{
	char c = at == 0 ? ' ' : s.p[at - 1];

	return !rep_alnum(c) && (verp || (c != '.' && c != '_' && c != '+' && c != '-'));
}

/* False when it is only the beginning or the end of a longer address. */
static bool
has(struct rep_str s, struct rep_str form, bool verp)
{
	for (size_t at = 0; (at = rep_str_find_nocase(s, form, at)) != SIZE_MAX; at++)
		if (begins(s, at, verp) && !goes_on(s, at + form.n))
			return true;
	return false;
}

static bool
names(struct rep_str s, const struct address *who)
{
	for (size_t i = 0; i < FORMS; i++)
		if (has(s, who->form[i], i > 0))
			return true;
	return false;
}

static bool
is_packed(struct rep_str bytes)
{
	enum rep_doc_kind kind = rep_document_kind(bytes);

	return kind == REP_DOC_ZIP || kind == REP_DOC_GZIP || kind == REP_DOC_ZSTD ||
	    kind == REP_DOC_BZIP2 || kind == REP_DOC_XZ;
}

/* Searches the bytes themselves, then the decoded parts of a mail. */
static enum naming
look_into(struct rep_str bytes, const struct address *who, struct rep_arena *a, struct rep_mime *m)
{
	enum naming v = NAMES_NOBODY;

	if (names(bytes, who))
		return NAMES_IT;
	if (is_packed(bytes))
		return CANNOT_TELL;
	if (rep_mime_parse(bytes, a, m, NULL) != REP_OK)
		return CANNOT_TELL;
	if (m->reason.n > 0)
		v = CANNOT_TELL;
	for (size_t i = 0; i < m->n; i++) {
		if (names(m->parts[i].body, who))
			return NAMES_IT;
		if (is_packed(m->parts[i].body))
			v = CANNOT_TELL;
	}
	return v;
}

static enum naming
judge(const char *folder, const struct rep_quarantined *q, const struct address *who,
    struct rep_arena *a, struct rep_mime *m)
{
	struct rep_str bytes;

	rep_arena_reset(a);
	if (names(q->from, who) || names(q->reason, who))
		return NAMES_IT;
	if (rep_quarantine_read(folder, q->id, a, &bytes, NULL) != REP_OK)
		return CANNOT_TELL;
	return look_into(bytes, who, a, m);
}

static bool
forms_of(struct rep_str address, struct rep_arena *a, struct address *who)
{
	struct rep_str local, domain;
	size_t at;

	if (address.n > 2 && address.p[0] == '<' && address.p[address.n - 1] == '>')
		address = rep_str_sub(address, 1, address.n - 2);
	at = rep_str_rchr(address, '@');
	local = rep_str_sub(address, 0, at);
	domain = rep_str_sub(address, at + 1, address.n);

	who->form[0] = address;
	who->form[1] = rep_arena_printf(a, "%.*s=%.*s", REP_PR(local), REP_PR(domain));
	who->form[2] = rep_arena_printf(a, "%.*s%%40%.*s", REP_PR(local), REP_PR(domain));
	return who->form[1].p != NULL && who->form[2].p != NULL;
}

static enum rep_rc
forget_all(const char *folder, const struct address *who, const struct rep_quarantined *v, size_t n,
    struct rep_arena *scratch, struct rep_mime *m, struct rep_quarantine_forgotten *out,
    struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		switch (judge(folder, &v[i], who, scratch, m)) {
		case NAMES_NOBODY: break;
		case CANNOT_TELL: out->not_judged[out->not_judged_n++] = v[i].id; break;
		case NAMES_IT:
			rc = rep_quarantine_remove(folder, v[i].id, err);
			out->removed += rc == REP_OK;
		}
	}
	return rc;
}

enum rep_rc
rep_quarantine_forget(const char *folder, struct rep_str address, struct rep_arena *a,
    struct rep_quarantine_forgotten *out, struct rep_err *err)
{
	struct rep_arena *scratch = rep_arena_new(READ_ARENA);
	struct rep_mime *m = malloc(sizeof *m);
	struct rep_quarantined *v;
	struct address who;
	enum rep_rc rc;
	size_t n;

	*out = (struct rep_quarantine_forgotten){ 0 };
	if ((rc = rep_quarantine_list(folder, a, &v, &n, err)) == REP_OK) {
		out->not_judged = rep_arena_alloc(a, (n + 1) * sizeof *out->not_judged);
		if (scratch == NULL || m == NULL || out->not_judged == NULL ||
		    !forms_of(address, a, &who))
			rc = rep_fail(err, REP_EMEM, "out of memory");
		else
			rc = forget_all(folder, &who, v, n, scratch, m, out, err);
	}
	free(m);
	rep_arena_free(scratch);
	return rc;
}
