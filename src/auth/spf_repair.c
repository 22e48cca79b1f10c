/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_repair.h"
#include "auth/spf.h"
#include "auth/spf_meant.h"
#include "auth/spf_record.h"
#include "auth/spf_version.h"

#include <stdlib.h>

enum { TERMS_MAX = 256, RECORD_MAX = 8192 };

/* The terms so far, of all records. */
struct repair {
	const struct rep_dns_view *view;
	struct rep_arena *a;
	struct rep_spf_repair *out;
	bool pending;
	bool
	    cut; /* the word before could not be read, or lost its rest: a name alone may be more of it */
	struct rep_str term[TERMS_MAX];
	size_t n;
	char all;     /* the weakest `all` so far; 0: none */
	bool several; /* more than one record is read */
	/* Of several: terms behind the `all` of their record, and whether the next is one. */
	struct rep_str late[TERMS_MAX];
	size_t late_n;
	bool behind;
};

/* --- one term ------------------------------------------------------------------------------------ */

static bool
all_parse(struct repair *r, struct rep_str terms)
{
	struct rep_str one;

	for (size_t at = 0; rep_spf_next_term(terms, &at, &one);)
		if (!rep_spf_term_parses(one, r->a))
			return false;
	return true;
}

static bool
is_all(struct rep_str t, char *qualifier)
{
	char sign = rep_spf_take_sign(&t);

	*qualifier = sign != '\0' ? sign : '+';
	return rep_str_eq_nocase(t, REP_S("all"));
}

static void
add(struct repair *r, struct rep_str t)
{
	for (size_t i = 0; i < r->n && r->several; i++)
		if (rep_str_eq_nocase(r->term[i], t))
			return;
	if (r->n == TERMS_MAX || r->late_n == TERMS_MAX) {
		r->out->unread = true;
		rep_spf_note(r->out, r->a, "\"%s\" is left out: the record has too many terms",
		    rep_spf_shown(r->a, t));
	} else if (r->behind)
		r->late[r->late_n++] = t;
	else
		r->term[r->n++] = t;
}

/* The weaker of two: a record that was joined from two must not refuse what one of them allowed. */
static char
weaker(char x, char y)
{
	static const char order[] = "+?~-";

	return y == 0 || (x != 0 && strchr(order, x) < strchr(order, y)) ? x : y;
}

/* Whether a term that parses names a host as an address of mail or a URL: no name in DNS is like that. */
static bool
pasted_name(struct rep_str t)
{
	static const char *const names[] = { "include:", "redirect=", "a:", "mx:" };

	t = rep_spf_term_plain(t);
	if (rep_str_chr(t, '%', 0) != SIZE_MAX ||
	    (rep_str_chr(t, '@', 0) == SIZE_MAX &&
		rep_str_find_nocase(t, REP_S("://"), 0) == SIZE_MAX))
		return false;
	for (size_t k = 0; k < REP_COUNT(names); k++)
		if (rep_str_starts_nocase(t, rep_str_c(names[k])))
			return true;
	return false;
}

/* Whether a word is a name and nothing else: a term whose beginning was forgotten, or the rest of a name. */
static bool
alone(struct rep_str t)
{
	(void)rep_spf_take_sign(&t);
	return rep_spf_host(t) ||
	    (!rep_str_printable(t, true) && rep_str_chr(t, ':', 0) == SIZE_MAX &&
		rep_str_chr(t, '=', 0) == SIZE_MAX);
}

static void
unread(struct repair *r, struct rep_str t)
{
	rep_spf_note(r->out, r->a, "\"%s\" cannot be read and is left out", rep_spf_shown(r->a, t));
	r->out->unread = r->cut = true;
}

/* One term: as it stands, or as it was meant; `more` follow in its record. */
static void
one_term(struct repair *r, struct rep_str t, bool more)
{
	struct rep_str fixed = t, one;
	bool guess = false;
	char q;

	if (rep_str_eq_nocase(t, REP_S("v=spf1"))) {
		rep_spf_note(
		    r->out, r->a, "\"v=spf1\" stands in the middle of the record and is left out");
		r->behind = false;
		return;
	}
	if (rep_spf_sign(t)) {
		rep_spf_note(
		    r->out, r->a, "\"%s\" stands alone and is left out", rep_spf_shown(r->a, t));
		return;
	}
	if (!rep_spf_term_parses(t, r->a) || rep_spf_term_misnamed(t) || pasted_name(t)) {
		fixed = rep_spf_meant(t, r->a, &guess);
		if (fixed.n == 0 || !all_parse(r, fixed) || (r->cut && alone(t))) {
			unread(r, t);
			return;
		}
		rep_spf_note(r->out, r->a,
		    guess ? "\"%s\" was read as \"%s\": if it was meant to be a network, write "
			    "its prefix"
			  : "\"%s\" must be \"%s\"",
		    rep_spf_shown(r->a, t), rep_spf_shown(r->a, fixed));
		r->out->guessed = r->out->guessed || guess;
	}
	r->cut = false;
	if (is_all(fixed, &q) && q == '+' && more) {
		rep_spf_note(
		    r->out, r->a, "\"+all\" lets everybody pass, and hides the terms after it");
		return;
	}
	if (is_all(fixed, &q) && r->several) {
		if (!r->behind)
			r->all = weaker(r->all, q);
		r->behind = true;
		return;
	}
	if (r->several && rep_str_starts_nocase(fixed, REP_S("redirect="))) {
		struct rep_str to = rep_str_sub(fixed, 9, fixed.n);

		fixed = rep_arena_printf(r->a, "include:%.*s", REP_PR(to));
	}
	for (size_t at = 0; rep_spf_next_term(fixed, &at, &one);)
		add(r, one);
}

/* --- a record ------------------------------------------------------------------------------------ */

/* The next word: up to a space, or to a comma or semicolon outside of macros. */
static bool
next_word(struct rep_str s, size_t *at, struct rep_str *word, bool *comma)
{
	bool macro = false;
	size_t from;

	for (; *at < s.n && (s.p[*at] == ' ' || s.p[*at] == ',' || s.p[*at] == ';'); ++*at)
		*comma = *comma || s.p[*at] != ' ';
	from = *at;
	while (*at < s.n && s.p[*at] != ' ') {
		macro = macro || s.p[*at] == '%';
		if (!macro && (s.p[*at] == ',' || s.p[*at] == ';') && *at > from)
			break;
		++*at;
	}
	*word = rep_str_sub(s, from, *at - from);
	return word->n > 0;
}

/* "ip4: 192.0.2.1", "include example.com": a name that the value follows as a word of its own. */
static bool
wants_value(struct rep_str w)
{
	static const char *const alone[] = { "include", "ip4", "ip6", "ipv4", "ipv6", "redirect" };

	if (w.n > 1 && (w.p[w.n - 1] == ':' || w.p[w.n - 1] == '='))
		return true;
	for (size_t k = 0; k < REP_COUNT(alone); k++)
		if (rep_str_eq_nocase(w, rep_str_c(alone[k])))
			return true;
	return false;
}

static struct rep_str
joined(struct repair *r, struct rep_str w, struct rep_str value, const char *between, size_t *at,
    size_t after)
{
	struct rep_str out =
	    rep_arena_printf(r->a, "%.*s%s%.*s", REP_PR(w), between, REP_PR(value));

	*at = after;
	rep_spf_note(r->out, r->a, "\"%s %s\" has a space in the middle: it must be \"%s\"",
	    rep_spf_shown(r->a, w), rep_spf_shown(r->a, value), rep_spf_shown(r->a, out));
	return out;
}

/* Whether a word is a number of at most this: behind a slash, or the last byte of an address. */
static bool
number(struct rep_str w, uint64_t most)
{
	uint64_t n;

	return rep_str_u64(w, most, &n);
}

/*
 * "ip4:192.0.2.10 - 192.0.2.20", with a space on one side of the dash or on both. Takes the words of it. n == 0: it is
 * nothing of the kind.
 */
static struct rep_str
spaced_range(struct repair *r, struct rep_str w, struct rep_str s, size_t *at)
{
	size_t after = *at, colon = rep_str_rchr(w, ':');
	struct rep_str from = rep_str_sub(w, colon == SIZE_MAX ? 0 : colon + 1, w.n), to, all;
	bool comma = false, guess, dash = from.n > 1 && from.p[from.n - 1] == '-';
	struct rep_ip ip;

	from.n -= dash;
	if (!rep_ip_parse(from, &ip) || ip.version != 4 || !next_word(s, &after, &to, &comma) ||
	    (!dash && (!rep_str_eq(to, REP_S("-")) || !next_word(s, &after, &to, &comma))) ||
	    (!rep_ip_parse(to, &ip) && !number(to, UINT8_MAX)))
		return (struct rep_str){ "", 0 };
	w.n -= dash;
	all = rep_arena_printf(r->a, "%.*s-%.*s", REP_PR(w), REP_PR(to));
	if (rep_spf_meant(all, r->a, &guess).n > 0)
		rep_spf_note(r->out, r->a, "\"%s - %s\" is a range", rep_spf_shown(r->a, w),
		    rep_spf_shown(r->a, to));
	*at = after;
	return all;
}

static struct rep_str
with_value(struct repair *r, struct rep_str w, struct rep_str s, size_t *at)
{
	struct rep_str value, range = spaced_range(r, w, s, at);
	size_t after = *at;
	bool comma = false;
	char q;

	if (range.n > 0)
		return range;
	if (!next_word(s, &after, &value, &comma))
		return w;
	if (rep_spf_sign(w) && rep_spf_meant_all(value).n > 0 &&
	    !rep_spf_sign(rep_str_sub(value, 0, 1)))
		return joined(r, w, value, "", at, after);
	if (number(value, 128) && w.n > 2 && w.p[w.n - 1] == '/' && rep_digit(w.p[w.n - 2]))
		return joined(r, w, value, "", at, after);
	if (value.n > 1 && value.p[0] == '/' && rep_digit(value.p[1]) &&
	    rep_str_chr(w, '/', 0) == SIZE_MAX && w.n > 1)
		return joined(r, w, value, "", at, after);
	if (!wants_value(w) || is_all(value, &q) || rep_str_chr(value, '.', 0) == SIZE_MAX)
		return w;
	if (rep_str_chr(value, ':', 0) != SIZE_MAX && rep_str_chr(value, ':', 0) > 1 &&
	    rep_spf_term_parses(value, r->a))
		return w; /* a term of its own follows */
	return joined(r, w, value,
	    w.p[w.n - 1] == ':' || w.p[w.n - 1] == '='	  ? ""
		: rep_str_eq_nocase(w, REP_S("redirect")) ? "="
							  : ":",
	    at, after);
}

/* Terms that carry a name. */
static const struct carrier {
	const char *begins;
	bool record; /* a whole name has an SPF record; else an address, or an MX */
} carriers[] = {
	{ "include:", true },
	{ "redirect=", true },
	{ "a:", false },
	{ "mx:", false },
	{ "exists:", false },
	{ "ptr:", false },
};
static const struct carrier modifier = { "", false }; /* any other than redirect= */

/*
 * What a term carries, as it was meant: with the name, or the value of a modifier. A name alone is that of an include.
 * NULL: nothing that a word behind it could belong to.
 */
static const struct carrier *
carried(struct repair *r, struct rep_str t, struct rep_str *name)
{
	bool guess;
	size_t equals;
	struct rep_str meant = rep_spf_term_parses(t, r->a) && !rep_spf_term_misnamed(t)
	    ? t
	    : rep_spf_meant(t, r->a, &guess);

	(void)rep_spf_take_sign(&meant);
	for (size_t k = 0; k < REP_COUNT(carriers); k++)
		if (rep_str_starts_nocase(meant, rep_str_c(carriers[k].begins))) {
			*name = rep_str_sub(meant, rep_str_c(carriers[k].begins).n, meant.n);
			/* Behind a prefix a name has come to its end. */
			return rep_str_chr(meant, '/', 0) == SIZE_MAX ? &carriers[k] : NULL;
		}
	equals = rep_str_chr(meant, '=', 0);
	if (equals == SIZE_MAX || rep_str_eq_nocase(meant, REP_S("v=spf1")))
		return NULL;
	*name = rep_str_sub(meant, equals + 1, meant.n);
	return &modifier;
}

/* silent: what counts where DNS does not answer. */
static bool
has(struct repair *r, const struct rep_name *name, uint16_t type, bool silent)
{
	const struct rep_dns_answer *ans = rep_dns_get(r->view, name, type);
	struct rep_str record;

	r->pending = r->pending || ans == NULL;
	if (ans != NULL && rep_dns_failed(ans->state))
		return silent;
	return ans != NULL &&
	    (type == REP_DNS_TXT ? rep_spf_find_record(ans, &record) > 0 : ans->n > 0);
}

/* Whether the name of a term is whole: it has in DNS what the term needs. With macros in it, that is not known. */
static bool
whole(struct repair *r, struct rep_str t, bool address, bool silent)
{
	struct rep_str text;
	const struct carrier *c = carried(r, t, &text);
	struct rep_name name;

	if (c == NULL || rep_str_chr(text, '%', 0) != SIZE_MAX ||
	    !rep_name_raw(rep_spf_name_fitted(text), &name))
		return false;
	if (c->record && !address)
		return has(r, &name, REP_DNS_TXT, silent);
	return has(r, &name, REP_DNS_A, silent) || has(r, &name, REP_DNS_AAAA, silent) ||
	    has(r, &name, REP_DNS_MX, silent);
}

/* Whether a word may be the rest of the term in front of it: a name alone, or with a dot where the term has none. */
static bool
may_be_rest(struct repair *r, struct rep_str t, struct rep_str rest)
{
	const char *before = t.p[t.n - 1] == '.' ? "x." : "x";

	return !rep_spf_term_parses(rest, r->a) && rep_spf_meant_all(rest).n == 0 &&
	    strchr("+~?", rest.p[0]) == NULL &&
	    alone(rep_arena_printf(r->a, "%s%.*s", before, REP_PR(rest)));
}

/*
 * "include:mail.ex ample.com": a name alone, behind a term that carries one, may be the rest of that. Returns the term,
 * with it or without. n == 0: nobody can tell, so neither is read. The rest alone never is: it is a name of others.
 */
static struct rep_str
with_rest(struct repair *r, struct rep_str t, struct rep_str s, size_t *at)
{
	struct rep_str rest, name, both, apart;
	const struct carrier *c;
	size_t after = *at, cut;
	bool comma = false, seam;

	if (t.n == 0 || (c = carried(r, t, &name)) == NULL || !next_word(s, &after, &rest, &comma))
		return t;
	if ((cut = rep_spf_glued_at(rest, r->a)) != SIZE_MAX) {
		after -= rest.n - cut;
		rest.n = cut;
	}
	if (!may_be_rest(r, t, rest) || (c != &modifier && whole(r, t, false, false)))
		return t;
	*at = after;
	/* It works as it stands, perhaps. */
	if (c == &modifier || rep_str_chr(name, '%', 0) != SIZE_MAX || whole(r, t, false, true)) {
		unread(r, rest);
		return t;
	}
	both = rep_arena_printf(r->a, "%.*s%.*s", REP_PR(t), REP_PR(rest));
	apart = rep_arena_printf(r->a, "%.*s.%.*s", REP_PR(t), REP_PR(rest));
	seam = t.p[t.n - 1] == '.' || rest.p[0] == '.';
	/* Only what DNS has is joined, and only where a lost dot would not make another name that it has, too. */
	if (!comma && whole(r, both, false, false) && (seam || !whole(r, apart, false, true))) {
		r->out->guessed = true;
		return joined(r, t, rest, "", at, after);
	}
	if (!seam && rep_str_chr(name, '.', 0) != SIZE_MAX && alone(t) &&
	    whole(r, t, true, false)) {
		*at = after - rest.n;
		return t; /* an own host */
	}
	unread(r, rep_arena_printf(r->a, "%.*s %.*s", REP_PR(t), REP_PR(rest)));
	return (struct rep_str){ "", 0 };
}

static bool
say_comma(struct repair *r, bool comma, bool said)
{
	if (comma && !said)
		rep_spf_note(
		    r->out, r->a, "terms are separated by spaces, not by commas or semicolons");
	return comma;
}

/* Reads the terms of one record, without its version. `strings`: of the TXT record. */
static void
read_record(struct repair *r, struct rep_str s, unsigned strings)
{
	struct rep_str word, first;
	bool comma = false, said = false, cut_before, cut_now;
	size_t at = 0, cut;

	r->behind = r->cut = false;
	while (next_word(s, &at, &word, &comma)) {
		said = say_comma(r, comma, said);
		word = with_value(r, word, s, &at);
		while ((cut = rep_spf_glued_at(word, r->a)) != SIZE_MAX) {
			first = rep_str_sub(word, 0, cut);
			rep_spf_note(r->out, r->a, "there is no space between \"%s\" and \"%s\"%s",
			    rep_spf_shown(r->a, first),
			    rep_spf_shown(r->a, rep_str_sub(word, cut, word.n)),
			    strings > 1 ? ": the strings of a TXT record are joined without one "
					  "(RFC 7208, 3.3)"
					: "");
			one_term(r, first, true);
			word = rep_str_sub(word, cut, word.n);
		}
		cut_before = r->cut;
		r->cut = false;
		do
			first = word;
		while ((word = with_rest(r, first, s, &at)).n > first.n);
		cut_now = r->cut;
		if (word.n > 0) {
			r->cut = cut_before;
			one_term(r, word, at < s.n);
		}
		r->cut = r->cut || cut_now;
	}
	(void)say_comma(r, comma, said);
}

/* Takes the terms that begin with `name` out of a list, but for the first of all. */
static void
keep_first(
    struct repair *r, struct rep_str name, struct rep_str *v, size_t *n, struct rep_str *first)
{
	size_t left = 0;

	for (size_t i = 0; i < *n; i++) {
		if (!rep_str_starts_nocase(v[i], name) || first->n == 0) {
			if (rep_str_starts_nocase(v[i], name))
				*first = v[i];
			v[left++] = v[i];
			continue;
		}
		rep_spf_note(r->out, r->a, "\"%s\" is left out: %.*s may stand once",
		    rep_spf_shown(r->a, v[i]), REP_PR(name));
	}
	*n = left;
}

/* Whether there are redirects to different names, and no `all` beside which they do not count. */
static bool
redirects_differ(const struct repair *r)
{
	const struct rep_str *first = NULL;
	bool differ = false;
	char q;

	for (size_t i = 0; i < r->n; i++) {
		if (is_all(r->term[i], &q))
			return false;
		if (!rep_str_starts_nocase(r->term[i], REP_S("redirect=")))
			continue;
		differ = differ || (first != NULL && !rep_str_eq_nocase(*first, r->term[i]));
		first = first == NULL ? &r->term[i] : first;
	}
	return differ;
}

/* redirect= and exp= may each stand once (RFC 7208, 6): the whole record is an error otherwise. */
static void
once(struct repair *r)
{
	struct rep_str none = { "", 0 };

	if (redirects_differ(r)) {
		for (size_t i = 0; i < r->n; i++)
			if (rep_str_starts_nocase(r->term[i], REP_S("redirect="))) {
				struct rep_str to = rep_str_sub(r->term[i], 9, r->term[i].n);

				r->term[i] = rep_arena_printf(r->a, "include:%.*s", REP_PR(to));
			}
		rep_spf_note(r->out, r->a,
		    "redirect= may stand once: each of them is written as an include");
	}
	for (size_t k = 0; k < 2; k++) {
		struct rep_str name = k == 0 ? REP_S("redirect=") : REP_S("exp="), first = none;

		keep_first(r, name, r->term, &r->n, &first);
		keep_first(r, name, r->late, &r->late_n, &first);
	}
}

static void
write_record(struct repair *r)
{
	struct rep_buf b;

	rep_buf_init(&b, RECORD_MAX);
	rep_buf_add(&b, REP_S("v=spf1"));
	for (size_t i = 0; i < r->n; i++) {
		rep_buf_addc(&b, ' ');
		rep_buf_add(&b, r->term[i]);
	}
	if (r->several && r->all != 0)
		rep_buf_printf(&b, " %call", r->all);
	for (size_t i = 0; i < r->late_n; i++) {
		rep_buf_addc(&b, ' ');
		rep_buf_add(&b, r->late[i]);
	}
	r->out->too_long = r->out->too_long || b.full;
	if (!r->out->too_long) /* a part of it would lose senders, and may end within an address */
		r->out->record = rep_arena_dup(r->a, rep_buf_str(&b));
	rep_buf_fini(&b);
}

static int
by_text(const void *x, const void *y)
{
	const struct rep_dns_rr *const *a = x, *const *b = y;

	return rep_str_cmp((*a)->data, (*b)->data);
}

/* The records by their bytes: servers give them in another order each time. NULL: out of memory. */
static const struct rep_dns_rr **
sorted(const struct rep_dns_answer *txt, struct rep_arena *a)
{
	const struct rep_dns_rr **v = rep_arena_alloc(a, (txt->n + 1) * sizeof *v);

	if (v == NULL)
		return NULL;
	for (size_t i = 0; i < txt->n; i++)
		v[i] = txt->rr[i];
	qsort(v, txt->n, sizeof *v, by_text);
	return v;
}

/* Values for somebody else that stand in the same string, in front of the record. */
static void
note_others(struct repair *r, struct rep_str before)
{
	struct rep_str word;

	for (size_t at = 0; rep_spf_next_term(before, &at, &word);)
		if (rep_spf_of_another(word))
			rep_spf_note(r->out, r->a,
			    "\"%s\" stands in front: publish it as a TXT record of its own",
			    rep_spf_shown(r->a, word));
}

/*
 * A word of a record of tags: "p=none;", "mailto:d@t.example". Everything else is a term, or was meant to be one:
 * "ip4=192.0.2.7" is, and "a=" is a tag of BIMI.
 */
static bool
is_tag(struct repair *r, struct rep_str w)
{
	bool guess,
	    known = rep_str_starts_nocase(w, REP_S("redirect=")) ||
	    rep_str_starts_nocase(w, REP_S("exp="));
	struct rep_str meant = w;

	if (rep_str_starts_nocase(w, REP_S("a=")))
		return true;
	if (!rep_spf_term_parses(w, r->a) || rep_spf_term_misnamed(w))
		meant = rep_spf_meant(w, r->a, &guess);
	return !known &&
	    (meant.n == 0 || !all_parse(r, meant) ||
		rep_str_chr(meant, '=', 0) < rep_str_chr(meant, ':', 0));
}

/*
 * A record of another kind behind this one, in the same string: its tags are left out, and said where they belong. They
 * would be read as modifiers ("p=none"), which nobody obeys and no error names. Terms behind them stay: they are in force.
 */
static struct rep_str
before_others(struct repair *r, struct rep_str s)
{
	static const struct {
		const char *begins, *belongs;
	} others[] = {
		{ "v=DMARC1", "_dmarc" },
		{ "v=DKIM1", "its selector, below _domainkey" },
		{ "v=TLSRPTv1", "_smtp._tls" },
		{ "v=STSv1", "_mta-sts" },
		{ "v=BIMI1", "default._bimi" },
	};

	for (size_t k = 0; k < REP_COUNT(others); k++) {
		size_t at = rep_str_find_nocase(s, rep_str_c(others[k].begins), 0);
		struct rep_str tail = rep_str_sub(s, at, s.n), tags = { "", 0 }, kept, word;

		if (at == SIZE_MAX)
			continue;
		kept = rep_str_sub(s, 0, at);
		for (size_t from = 0; rep_spf_next_term(tail, &from, &word);)
			if (is_tag(r, word))
				tags = rep_arena_printf(r->a, "%.*s%s%.*s", REP_PR(tags),
				    tags.n > 0 ? " " : "", REP_PR(word));
			else
				kept =
				    rep_arena_printf(r->a, "%.*s %.*s", REP_PR(kept), REP_PR(word));
		rep_spf_note(r->out, r->a,
		    "\"%s\" stands in the same string: it belongs to %s as a TXT record of its own",
		    rep_spf_shown(r->a, tags), others[k].belongs);
		s = kept;
	}
	return s;
}

bool
rep_spf_repair(const struct rep_dns_answer *txt, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_spf_repair *out)
{
	const struct rep_dns_rr **rr = sorted(txt, a);
	struct repair r = { .view = v, .a = a, .out = out };
	size_t records = 0, versions = 0, near = SIZE_MAX;

	*out = (struct rep_spf_repair){ .no_domain = txt->state == REP_DNS_NXDOMAIN,
		.alias = txt->cnames > 0 };
	if (rr == NULL)
		return true;
	for (size_t i = 0; i < txt->n; i++)
		records += rep_spf_is_record(rr[i]->data);
	for (size_t i = 0; i < txt->n; i++)
		if (rep_spf_is_record(rr[i]->data))
			versions += rep_spf_versions(rr[i]->data);
	out->several = records > 1;
	r.several = records > 1 || versions > 1;
	for (size_t i = 0; i < txt->n; i++) {
		struct rep_str data = rr[i]->data, s = rep_spf_ascii(out, a, data, false);
		size_t n = rep_spf_version_len(s);

		if (rep_spf_is_record(data)) {
			struct rep_str both = { "", 0 }, half;

			if (records == 1)
				both = rep_spf_with_second_half(data, rr, txt->n, a, &half);
			if (both.n > 0)
				rep_spf_note(out, a,
				    "the TXT record \"%s\" is its second half, and nobody reads it there: "
				    "remove it",
				    rep_spf_shown(a, half));
			data = both.n > 0 ? both : data;
			s = before_others(
			    &r, rep_spf_ascii(out, a, rep_str_sub(data, 6, data.n), true));
			read_record(&r, s, rr[i]->strings);
		} else if (n > 0 && near == SIZE_MAX && rep_spf_has_terms(rep_str_sub(s, n, s.n))) {
			near = i;
		}
	}
	if (near != SIZE_MAX && records > 0) {
		out->beside = rr[near]->data;
		near = SIZE_MAX;
	}
	if (near != SIZE_MAX) {
		struct rep_str s = rep_spf_ascii(out, a, rr[near]->data, true);

		out->resembles = rr[near]->data;
		rep_spf_note(out, a, "an SPF record begins with \"v=spf1\" and a space");
		note_others(&r, rep_str_sub(s, 0, rep_spf_version_len(s)));
		read_record(&r, rep_str_sub(s, rep_spf_version_len(s), s.n), rr[near]->strings);
	}
	if (records > 0 || near != SIZE_MAX) {
		once(&r);
		write_record(&r);
	}
	if (records == 1 && out->notes == 0) {
		out->too_long = false;
		for (size_t i = 0; i < txt->n; i++)
			if (rep_spf_is_record(rr[i]->data))
				out->record = rr[i]->data;
	}
	return !r.pending;
}
