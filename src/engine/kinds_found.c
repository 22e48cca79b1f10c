/*
 * engine/kinds_found.c -- conditions that looks at DNS show: what they did not find before, and what changed.
 *
 * What the first look at a subject finds is no news: a person has it from `reputed check`.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "audit/finding.h"
#include "base/time.h"

#include <assert.h>

/* A change is told for a week; then it is history. Judgement. */
enum { CHANGED_S = 7 * REP_DAY_S };
/* As long as the same key was seen: doc/alerts.md. */
enum { KEY_OLD_S = 2 * 365 * REP_DAY_S };
enum { QUOTED = 300 }; /* bytes of a record in a sentence; judgement: a few lines */

/* By finding, the kind that it is told as. A finding that is none of these is for the digest and for `check`. */
static const struct {
	enum rep_finding_id id;
	enum rep_kind kind;
} told[] = {
	{ REP_FINDING_DOMAIN_MISSING, REP_KIND_RECORD_GONE },
	{ REP_FINDING_SPF_MISSING, REP_KIND_RECORD_GONE },
	{ REP_FINDING_DKIM_KEY_MISSING, REP_KIND_RECORD_GONE },
	{ REP_FINDING_DMARC_MISSING, REP_KIND_RECORD_GONE },
	{ REP_FINDING_MX_MISSING, REP_KIND_RECORD_GONE },
	{ REP_FINDING_SPF_SEVERAL, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_SPF_SYNTAX, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_SPF_TOO_MANY_LOOKUPS, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_SPF_DEAD_INCLUDE, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_SPF_MANY_MX, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_SPF_TOO_MANY_VOID, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_SPF_DOES_NOT_COVER, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_SPF_PASS_ALL, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DKIM_KEY_SYNTAX, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DKIM_KEY_SHORT, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DKIM_KEY_SHA1, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DKIM_KEY_SEVERAL, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DKIM_KEY_NOT_EMAIL, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DMARC_SEVERAL, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DMARC_SYNTAX, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DMARC_TWICE, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DNSSEC_BOGUS, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_RECORD_AT_WRONG_NAME, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_MX_DEAD, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_MX_NULL_SENDS, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_MTA_STS_MX, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_MTA_STS_INVALID, REP_KIND_RECORD_BROKEN },
	{ REP_FINDING_DKIM_KEY_REVOKED, REP_KIND_KEY_REVOKED },
	{ REP_FINDING_PTR_MISSING, REP_KIND_PTR_LOST },
	{ REP_FINDING_PTR_UNCONFIRMED, REP_KIND_PTR_LOST },
	{ REP_FINDING_PTR_GENERIC, REP_KIND_PTR_LOST },
	{ REP_FINDING_HELO_UNCONFIRMED, REP_KIND_PTR_LOST },
	{ REP_FINDING_LISTED_ABUSE, REP_KIND_NEW_LISTING },
	{ REP_FINDING_LISTED_MINOR, REP_KIND_NEW_LISTING },
	{ REP_FINDING_LISTED_DOMAIN, REP_KIND_NEW_LISTING },
};

static bool
kind_of(struct rep_str id, enum rep_kind *kind, const char **title)
{
	enum rep_finding_id number;

	if (!rep_finding_id_parse(id, &number))
		return false;
	for (size_t i = 0; i < REP_COUNT(told); i++)
		if (told[i].id == number) {
			*kind = told[i].kind;
			*title = rep_finding_title(number);
			return true;
		}
	return false;
}

/* Whether it is there now, as far as is known. */
static bool
is_there(const struct rep_found *f, int64_t now_s)
{
	return f->first_s <= now_s && (f->gone_s == 0 || f->gone_s > now_s);
}

static void
add(struct rep_conditions *out, enum rep_kind kind, const struct rep_found *f, struct rep_str of,
    int64_t since_s, struct rep_str text)
{
	assert(rep_kind_of_looks[kind]); /* else its domain is not kept: rep_own_keep */
	rep_condition_add(out, kind, f->subject, of, since_s, text);
}

/* What was seen, in a sentence; around byte `from`, if it does not fit. */
static struct rep_str
quoted(struct rep_conditions *out, const struct rep_found *f, size_t from)
{
	struct rep_str s = rep_quoted(out->a, f->text, from, QUOTED);

	out->small = out->small || s.p == NULL;
	return s;
}

/* --- findings ---------------------------------------------------------------------------------------- */

static void
finding(const struct rep_found *f, struct rep_conditions *out)
{
	struct rep_str seen = quoted(out, f, 0);
	struct rep_str of = rep_arena_printf(
	    out->a, "%.*s %.*s %.*s", REP_PR(f->id), REP_PR(f->part), REP_PR(f->detail));
	struct rep_str text;
	const char *title;
	enum rep_kind kind;

	if (!kind_of(f->id, &kind, &title))
		return;
	if (kind == REP_KIND_NEW_LISTING)
		text = rep_arena_printf(out->a, "The list is %.*s.%s%.*s", REP_PR(f->part),
		    seen.n > 0 ? " Seen: " : "", REP_PR(seen));
	else
		text = rep_arena_printf(
		    out->a, "%s.%s%.*s", title, seen.n > 0 ? " Seen: " : "", REP_PR(seen));
	add(out, kind, f, of, f->first_s, text);
}

/* --- records ----------------------------------------------------------------------------------------- */

static const char *
record_word(struct rep_str id)
{
	return rep_str_eq(id, REP_S("spf"))  ? "SPF record"
	    : rep_str_eq(id, REP_S("dmarc")) ? "DMARC record"
	    : rep_str_eq(id, REP_S("mx"))    ? "MX"
	    : rep_str_eq(id, REP_S("ptr"))   ? "PTR name"
					     : "DKIM key";
}

/* Whether a finding about this record is told: then that it changed, or is gone, is no more of it. */
static bool
told_otherwise(const struct rep_judge_in *in, const struct rep_found *f)
{
	for (size_t i = 0; i < in->found_n; i++) {
		const struct rep_found *x = &in->found[i];
		enum rep_kind kind;
		const char *title;

		if (!x->record && x->clear_s != 0 && is_there(x, in->now_s) &&
		    rep_str_eq(x->subject, f->subject) && rep_str_eq(x->part, f->part) &&
		    (rep_found_selector(f).n == 0 || x->detail.n == 0 ||
			rep_str_eq(x->detail, rep_found_selector(f))) &&
		    kind_of(x->id, &kind, &title) && kind != REP_KIND_NEW_LISTING)
			return true;
	}
	return false;
}

/* The record that one took the place of: it went when this one came. NULL: there was none. */
static const struct rep_found *
replaced(const struct rep_judge_in *in, const struct rep_found *f)
{
	for (size_t i = 0; i < in->found_n; i++)
		if (rep_found_same_record(f, &in->found[i]) && in->found[i].gone_s == f->first_s)
			return &in->found[i];
	return NULL;
}

static void
changed(const struct rep_judge_in *in, const struct rep_found *f, struct rep_conditions *out)
{
	const struct rep_found *before;
	bool ptr = rep_str_eq(f->id, REP_S("ptr"));
	struct rep_str selector = rep_found_selector(f), was, is;
	size_t from;
	bool same; /* as far as is kept */

	if (f->clear_s == 0 || in->now_s - f->first_s > CHANGED_S ||
	    (before = replaced(in, f)) == NULL || told_otherwise(in, f))
		return;
	same = rep_str_eq(before->text, f->text);
	from = same ? 0 : rep_str_common(before->text, f->text);
	was = quoted(out, before, from);
	is = quoted(out, f, from);
	add(out, ptr ? REP_KIND_PTR_CHANGED : REP_KIND_RECORD_CHANGED, f,
	    rep_arena_printf(out->a, "%.*s %.*s", REP_PR(f->id), REP_PR(selector)), f->first_s,
	    same ? rep_arena_printf(out->a,
		       "The %s has changed, but not in the part that is kept: \"%.*s\".",
		       record_word(f->id), REP_PR(is))
		 : rep_arena_printf(out->a, "The %s was \"%.*s\" and is now \"%.*s\".",
		       record_word(f->id), REP_PR(was), REP_PR(is)));
}

/* Whether another key of the domain was there when this one went. */
static bool
went_beside(const struct rep_judge_in *in, const struct rep_found *f)
{
	for (size_t i = 0; i < in->found_n; i++) {
		const struct rep_found *x = &in->found[i];

		if (x->record && rep_str_eq(x->id, f->id) && rep_str_eq(x->subject, f->subject) &&
		    !rep_found_same_record(f, x) && is_there(x, f->gone_s))
			return true;
	}
	return false;
}

/*
 * A DKIM key that went without another one in its place. Other records that go are findings. Beside other keys that is
 * a change; the last one is gone for as long as there is none.
 */
static void
key_gone(const struct rep_judge_in *in, const struct rep_found *f, struct rep_conditions *out)
{
	struct rep_str selector = rep_found_selector(f);
	bool other = false, recent = in->now_s - f->gone_s <= CHANGED_S;

	for (size_t i = 0; i < in->found_n; i++) {
		const struct rep_found *x = &in->found[i];

		if (!x->record || !rep_str_eq(x->id, f->id) ||
		    !rep_str_eq(x->subject, f->subject) || !is_there(x, in->now_s))
			continue;
		if (rep_found_same_record(f, x))
			return;
		other = true;
	}
	if ((other ? !recent : went_beside(in, f)) || told_otherwise(in, f))
		return;
	if (other)
		add(out, REP_KIND_RECORD_CHANGED, f,
		    rep_arena_printf(out->a, "key %.*s", REP_PR(selector)), f->gone_s,
		    rep_arena_printf(out->a,
			"The DKIM key of the selector %.*s is gone. The domain has other keys.",
			REP_PR(selector)));
	else
		add(out, REP_KIND_RECORD_GONE, f,
		    rep_arena_printf(out->a, "key %.*s", REP_PR(selector)), f->gone_s,
		    rep_arena_printf(out->a,
			"The DKIM key of the selector %.*s is gone, and no other one is known.",
			REP_PR(selector)));
}

static void
record(const struct rep_judge_in *in, const struct rep_found *f, struct rep_conditions *out)
{
	struct rep_str selector = rep_found_selector(f);
	char span[REP_TIME_TEXT];

	if (is_there(f, in->now_s)) {
		changed(in, f, out);
		if (rep_str_eq(f->id, REP_S("dkim")) && in->now_s - f->first_s > KEY_OLD_S)
			add(out, REP_KIND_KEY_OLD, f, selector, f->first_s,
			    rep_arena_printf(out->a,
				"The key of the selector %.*s has been the same for %s.",
				REP_PR(selector), rep_time_span(in->now_s - f->first_s, span)));
	} else if (rep_str_eq(f->id, REP_S("dkim")) && f->gone_s != 0 && f->gone_s <= in->now_s) {
		key_gone(in, f, out);
	}
}

void
rep_conditions_found(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	const struct rep_judge_in *in = c->in;

	for (size_t i = 0; i < in->found_n; i++) {
		const struct rep_found *f = &in->found[i];

		if (!f->record && f->clear_s != 0 && is_there(f, in->now_s) &&
		    rep_own_has(c->own, f->subject))
			finding(f, out);
	}
	/* After the findings, which say more than that a record has changed. */
	for (size_t i = 0; i < in->found_n; i++)
		if (in->found[i].record && rep_own_has(c->own, in->found[i].subject))
			record(in, &in->found[i], out);
}
