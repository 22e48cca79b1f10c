/* SPDX-License-Identifier: Apache-2.0 */
#include "api/looks.h"
#include "audit/finding.h"
#include "audit/key_seen.h"
#include "engine/found.h"
#include "engine/spf_kept.h"
#include "fact/found.h"
#include "api/changes.h"

#include <stdlib.h>

static const struct rep_param_row rows[] = {
	{ "subject", REP_PARAM_TEXT, offsetof(struct rep_looks_ask, subject), NULL, 0, 0 },
};

enum rep_rc
rep_looks_parse(const struct rep_param *v, size_t n, struct rep_looks_ask *ask, struct rep_err *err)
{
	*ask = (struct rep_looks_ask){ .subject = { "", 0 } };
	return rep_params_read(v, n, rows, REP_COUNT(rows), ask, err);
}

bool
rep_api_listing(const struct rep_found *f)
{
	return !f->record && rep_str_starts(f->id, REP_S("listed-"));
}

const char *
rep_api_finding_title(struct rep_str id)
{
	enum rep_finding_id number;

	return rep_finding_id_parse(id, &number) ? rep_finding_title(number)
						 : "A finding that this version does not know";
}

static const char *
kind_of(struct rep_str subject)
{
	struct rep_ip ip;

	return rep_ip_parse(subject, &ip) ? "address" : "domain";
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* --- which subjects there are ---------------------------------------------------------------------- */

struct look_subject {
	struct rep_str name;
	int64_t known_s, failed_s;
	size_t findings, listed, records;
	int worst; /* enum rep_severity; -1: nothing is found */
};

static void
subject_json(struct rep_json *j, const struct look_subject *s)
{
	rep_json_obj(j, NULL);
	rep_json_str(j, "subject", s->name);
	rep_json_cstr(j, "kind", kind_of(s->name));
	rep_json_time_or_null(j, "known", s->known_s);
	rep_json_time_or_null(j, "failed", s->failed_s);
	rep_json_int(j, "findings", (int64_t)s->findings);
	rep_json_cstr(
	    j, "worst", s->worst >= 0 ? rep_severity_text((enum rep_severity)s->worst) : NULL);
	rep_json_int(j, "listed", (int64_t)s->listed);
	rep_json_int(j, "records", (int64_t)s->records);
	rep_json_end_obj(j);
}

/* Both lists are sorted by subject. Parts of one that was never asked have no stays. */
static size_t
gather(const struct rep_found_all *all, struct look_subject *v)
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < all->looked_n; i++) {
		const struct rep_looked *l = &all->looked[i];

		if (n == 0 || !rep_str_eq(v[n - 1].name, l->subject))
			v[n++] = (struct look_subject){ .name = l->subject, .worst = -1 };
		v[n - 1].known_s = later(v[n - 1].known_s, l->known_s);
		v[n - 1].failed_s = later(v[n - 1].failed_s, l->failed_s);
	}
	for (size_t i = 0; i < all->n; i++) {
		const struct rep_found *f = &all->v[i];
		struct look_subject *s;

		while (at < n && rep_str_cmp(v[at].name, f->subject) < 0)
			at++;
		if (at == n || !rep_str_eq(v[at].name, f->subject) || f->gone_s != 0)
			continue;
		s = &v[at];
		s->records += f->record;
		s->findings += !f->record;
		s->listed += rep_api_listing(f);
		if (!f->record && (s->worst < 0 || f->severity < s->worst))
			s->worst = f->severity;
	}
	return n;
}

static enum rep_rc
all_subjects(struct rep_json *j, const struct rep_api_world *w, const struct rep_found_all *all,
    struct rep_err *err)
{
	struct look_subject *v = rep_arena_alloc(w->arena, (all->looked_n + 1) * sizeof *v);
	size_t n;

	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for looks");
	n = gather(all, v);
	rep_json_null(j, "subject");
	rep_json_arr(j, "subjects");
	for (size_t i = 0; i < n && i < REP_LOOKS_SUBJECTS_MAX; i++)
		subject_json(j, &v[i]);
	rep_json_end_arr(j);
	rep_json_obj(j, "limits");
	rep_json_int(j, "subjects", REP_LOOKS_SUBJECTS_MAX);
	rep_json_int(
	    j, "left_out", n > REP_LOOKS_SUBJECTS_MAX ? (int64_t)n - REP_LOOKS_SUBJECTS_MAX : 0);
	rep_json_end_obj(j);
	return REP_OK;
}

/* --- one subject ------------------------------------------------------------------------------------ */

struct looking {
	struct rep_json *j;
	const struct rep_found **v; /* of the subject; open ones first, then the newest */
	size_t n;
	const struct rep_looked *looked;
	size_t looked_n;
	size_t left; /* rows beyond REP_LOOKS_ROWS_MAX */
};

static int
in_order(const void *a, const void *b)
{
	const struct rep_found *const *x = a, *const *y = b;
	bool open_x = (*x)->gone_s == 0, open_y = (*y)->gone_s == 0;

	if (open_x != open_y)
		return open_x ? -1 : 1;
	if (open_x && !(*x)->record && !(*y)->record && (*x)->severity != (*y)->severity)
		return (*x)->severity < (*y)->severity ? -1 : 1;
	if ((*x)->first_s != (*y)->first_s)
		return (*x)->first_s > (*y)->first_s ? -1 : 1;
	if (!rep_str_eq((*x)->id, (*y)->id))
		return rep_str_cmp((*x)->id, (*y)->id);
	return rep_str_cmp((*x)->detail, (*y)->detail);
}

static void
times(struct rep_json *j, const struct rep_found *f)
{
	rep_json_time(j, "began", f->first_s);
	rep_json_time_or_null(j, "clear", f->clear_s);
	rep_json_time(j, "last", f->last_s);
	rep_json_time_or_null(j, "gone", f->gone_s);
}

static void
parts_json(struct looking *l)
{
	rep_json_arr(l->j, "parts");
	for (size_t i = 0; i < l->looked_n && i < REP_LOOKS_ROWS_MAX; i++) {
		const struct rep_looked *p = &l->looked[i];

		rep_json_obj(l->j, NULL);
		rep_json_str(l->j, "part", p->part);
		rep_json_str_or_null(l->j, "list", p->kind);
		rep_json_time_or_null(l->j, "known", p->known_s);
		rep_json_time_or_null(l->j, "failed", p->failed_s);
		rep_json_str_or_null(l->j, "why", p->why);
		rep_json_end_obj(l->j);
	}
	rep_json_end_arr(l->j);
	l->left += l->looked_n > REP_LOOKS_ROWS_MAX ? l->looked_n - REP_LOOKS_ROWS_MAX : 0;
}

static void
findings_json(struct looking *l)
{
	size_t n = 0;

	rep_json_arr(l->j, "findings");
	for (size_t i = 0; i < l->n; i++) {
		const struct rep_found *f = l->v[i];

		if (f->record || rep_api_listing(f))
			continue;
		if (n++ >= REP_LOOKS_ROWS_MAX) {
			l->left++;
			continue;
		}
		rep_json_obj(l->j, NULL);
		rep_json_str(l->j, "id", f->id);
		rep_json_cstr(l->j, "severity", rep_severity_text((enum rep_severity)f->severity));
		rep_json_cstr(l->j, "title", rep_api_finding_title(f->id));
		rep_json_str(l->j, "part", f->part);
		rep_json_str_or_null(l->j, "detail", f->detail);
		rep_json_str_or_null(l->j, "text", f->text);
		rep_json_str_or_null(l->j, "fix", f->fix);
		times(l->j, f);
		rep_json_end_obj(l->j);
	}
	rep_json_end_arr(l->j);
}

/* The text of a key begins with its selector and a colon. */
static void
key_json(struct rep_json *j, const struct rep_found *f)
{
	struct rep_str selector = rep_found_selector(f);

	if (rep_str_eq(f->id, REP_S("dkim")))
		rep_key_seen_json(
		    j, "key", rep_str_trim(rep_str_sub(f->text, selector.n + 1, SIZE_MAX)));
	else
		rep_json_null(j, "key");
}

static void
records_json(struct looking *l)
{
	size_t n = 0;

	rep_json_arr(l->j, "records");
	for (size_t i = 0; i < l->n; i++) {
		const struct rep_found *f = l->v[i];

		if (!f->record)
			continue;
		if (n++ >= REP_LOOKS_ROWS_MAX) {
			l->left++;
			continue;
		}
		rep_json_obj(l->j, NULL);
		rep_json_str(l->j, "kind", f->id);
		rep_json_str_or_null(l->j, "selector", rep_found_selector(f));
		rep_json_str(l->j, "value", f->text);
		key_json(l->j, f);
		times(l->j, f);
		rep_json_end_obj(l->j);
	}
	rep_json_end_arr(l->j);
}

/* Whether the address is on the list now: of what did not answer, nobody knows. */
static void
list_json(struct looking *l, const struct rep_looked *p)
{
	bool listed = false;
	size_t n = 0;

	rep_json_obj(l->j, NULL);
	rep_json_str(l->j, "zone", p->part);
	rep_json_str(l->j, "kind", p->kind);
	rep_json_time_or_null(l->j, "asked", p->known_s);
	rep_json_time_or_null(l->j, "failed", p->failed_s);
	rep_json_str_or_null(l->j, "why", p->why);
	rep_json_arr(l->j, "stays");
	for (size_t i = 0; i < l->n; i++) {
		const struct rep_found *f = l->v[i];

		if (!rep_api_listing(f) || !rep_str_eq(f->part, p->part))
			continue;
		listed |= f->gone_s == 0;
		if (n++ >= REP_LOOKS_ROWS_MAX) {
			l->left++;
			continue;
		}
		rep_json_obj(l->j, NULL);
		rep_json_str(l->j, "id", f->id);
		rep_json_str_or_null(l->j, "detail", f->detail);
		rep_json_str_or_null(l->j, "text", f->text);
		times(l->j, f);
		rep_json_end_obj(l->j);
	}
	rep_json_end_arr(l->j);
	if (!listed && p->known_s == 0)
		rep_json_null(l->j, "listed");
	else
		rep_json_bool(l->j, "listed", listed);
	rep_json_end_obj(l->j);
}

static void
lists_json(struct looking *l)
{
	rep_json_arr(l->j, "lists");
	for (size_t i = 0; i < l->looked_n && i < REP_LOOKS_ROWS_MAX; i++)
		if (l->looked[i].kind.n > 0)
			list_json(l, &l->looked[i]);
	rep_json_end_arr(l->j);
}

static void
values_json(struct rep_json *j, const char *key, const struct rep_found *const *v, size_t n)
{
	rep_json_arr(j, key);
	for (size_t i = 0; i < n; i++)
		rep_json_str(j, NULL, v[i]->text);
	rep_json_end_arr(j);
}

static void
changes_json(struct looking *l, const struct rep_api_change *v, size_t n)
{
	rep_json_arr(l->j, "changes");
	for (size_t i = 0; i < n && i < REP_LOOKS_ROWS_MAX; i++) {
		rep_json_obj(l->j, NULL);
		rep_json_time(l->j, "at", v[i].at_s);
		rep_json_time_or_null(l->j, "after", v[i].after_s);
		rep_json_str(l->j, "record", v[i].first->id);
		rep_json_str_or_null(l->j, "selector", rep_found_selector(v[i].first));
		values_json(l->j, "was", v[i].was, v[i].was_n);
		values_json(l->j, "now", v[i].now, v[i].now_n);
		rep_json_end_obj(l->j);
	}
	rep_json_end_arr(l->j);
	l->left += n > REP_LOOKS_ROWS_MAX ? n - REP_LOOKS_ROWS_MAX : 0;
}

/* The stays and the parts of the subject. They are sorted by subject. False: out of memory. */
static bool
choose(
    struct looking *l, const struct rep_found_all *all, struct rep_str subject, struct rep_arena *a)
{
	if ((l->v = rep_arena_alloc(a, (all->n + 1) * sizeof *l->v)) == NULL)
		return false;
	for (size_t i = 0; i < all->n; i++)
		if (rep_str_eq(all->v[i].subject, subject))
			l->v[l->n++] = &all->v[i];
	qsort(l->v, l->n, sizeof *l->v, in_order);
	for (size_t i = 0; i < all->looked_n; i++)
		if (rep_str_eq(all->looked[i].subject, subject)) {
			l->looked = l->looked_n == 0 ? &all->looked[i] : l->looked;
			l->looked_n++;
		}
	return true;
}

static enum rep_rc
one_subject(struct rep_json *j, const struct rep_api_world *w, const struct rep_found_all *all,
    struct rep_str subject, struct rep_err *err)
{
	struct looking l = { .j = j };
	struct rep_api_change *changes;
	int64_t known_s = 0;
	struct rep_str spf;
	size_t n;
	enum rep_rc rc;

	if (!choose(&l, all, subject, w->arena))
		return rep_fail(err, REP_EMEM, "out of memory for looks");
	if (l.looked_n == 0)
		return rep_fail(err, REP_ENOTFOUND,
		    "nobody has looked at the DNS of \"%.*s\" yet: reputed check %.*s",
		    REP_PR(subject), REP_PR(subject));
	if ((rc = rep_api_changes(all->v, all->n, subject, w->arena, &changes, &n, err)) !=
		REP_OK ||
	    (rc = rep_spf_kept_get(w->store, subject,
		 w->session->now_s != 0 ? w->session->now_s : INT64_MAX, w->arena, &spf, err)) !=
		REP_OK)
		return rc;
	for (size_t i = 0; i < l.looked_n; i++)
		known_s = later(known_s, l.looked[i].known_s);
	rep_json_str(j, "subject", subject);
	rep_json_cstr(j, "kind", kind_of(subject));
	rep_json_time_or_null(j, "known", known_s);
	parts_json(&l);
	findings_json(&l);
	records_json(&l);
	rep_json_made(j, "spf", spf);
	lists_json(&l);
	changes_json(&l, changes, n);
	rep_json_obj(j, "limits");
	rep_json_int(j, "rows", REP_LOOKS_ROWS_MAX);
	rep_json_int(j, "left_out", (int64_t)l.left);
	rep_json_end_obj(j);
	return REP_OK;
}

enum rep_rc
rep_looks_answer_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_looks_ask *ask, struct rep_err *err)
{
	struct rep_found_all all;
	struct rep_str subject = ask->subject;
	struct rep_json j;
	enum rep_rc rc = rep_found_load(w->session, w->store, w->arena, &all, err);

	if (rc != REP_OK)
		return rc;
	for (size_t i = 0; i < all.looked_n; i++)
		if (rep_str_eq_nocase(all.looked[i].subject, ask->subject))
			subject = all.looked[i].subject;
	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time(&j, "now", rep_session_present(w->session));
	rc = subject.n == 0 ? all_subjects(&j, w, &all, err)
			    : one_subject(&j, w, &all, subject, err);
	if (rc != REP_OK)
		return rc;
	rep_json_end_obj(&j);
	return rep_api_done(out, "looks", err);
}
