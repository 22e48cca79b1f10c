/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/advice_found.h"
#include "base/time.h"

enum { TEXT_MAX = 1 << 16, SUBJECTS_MAX = 16, RECORD_SHOWN = 200 };

static const struct rep_str none = { "", 0 };

struct subjects {
	struct rep_str v[SUBJECTS_MAX];
	size_t n;
};

/* The kinds of finding, in the order in which they are worth fixing. */
static const struct {
	struct rep_str begins;
	const char *what, *page;
	enum rep_class refused_for; /* the class of refusal that this is about */
} kinds[] = {
	{ { "listed-", 7 }, "the listing of", "blocklists", REP_CLASS_LISTED },
	{ { "ptr-", 4 }, "the reverse name of", "rdns", REP_CLASS_IDENTITY },
	{ { "helo-", 5 }, "the HELO name of", "rdns", REP_CLASS_IDENTITY },
	{ { "spf-", 4 }, "SPF of", "spf", REP_CLASS_AUTHENTICATION },
	{ { "dkim-", 5 }, "DKIM of", "dkim", REP_CLASS_AUTHENTICATION },
	{ { "dmarc-", 6 }, "DMARC of", "dmarc", REP_CLASS_AUTHENTICATION },
};

/* --- whom it is about --------------------------------------------------------------------------- */

static void
add(struct subjects *s, struct rep_str one)
{
	for (size_t i = 0; i < s->n; i++)
		if (rep_str_eq_nocase(s->v[i], one))
			return;
	if (s->n < SUBJECTS_MAX)
		s->v[s->n++] = one;
}

static void
addresses(const struct rep_found_of *of, struct subjects *s)
{
	for (size_t k = 0; k < of->n; k++) {
		const struct rep_cell *c = &of->cells[of->incidents[k]->cell];
		const struct rep_label *l = rep_label_of(of->in, c->key.label);
		char ip[REP_IP_TEXT];

		if (l != NULL && l->public.version != 0 && c->key.route == 0)
			add(s, rep_arena_dup(of->a, rep_source_text(of->in, c->key.label, ip)));
	}
	if (of->named.n > 0)
		add(s, of->named);
}

/* The name of a stream begins with the sender's domain ("shop.example/news"). */
static void
domains(const struct rep_found_of *of, struct subjects *s)
{
	for (size_t k = 0; k < of->n; k++)
		for (size_t i = 0; i < of->incidents[k]->streams_n; i++) {
			struct rep_str name =
			    rep_name(&of->in->names, of->incidents[k]->streams[i].stream);

			name = rep_str_sub(name, 0, rep_str_chr(name, '/', 0));
			if (rep_str_chr(name, '.', 0) != SIZE_MAX)
				add(s, name);
		}
	/* A stream that the operator named does not say its domain; what was looked at does. */
	for (size_t i = 0; i < of->in->looked_n && s->n == 0; i++)
		if (rep_str_eq(of->in->looked[i].part, REP_S("spf")) &&
		    of->in->looked[i].known_s != 0)
			add(s, of->in->looked[i].subject);
}

static bool
holds(const struct subjects *s, struct rep_str one)
{
	for (size_t i = 0; i < s->n; i++)
		if (rep_str_eq_nocase(s->v[i], one))
			return true;
	return false;
}

struct rep_str
rep_found_domains(const struct rep_found_of *of)
{
	struct subjects s = { .n = 0 };
	struct rep_buf b;

	domains(of, &s);
	rep_buf_init(&b, TEXT_MAX);
	for (size_t i = 0; i < s.n; i++)
		rep_buf_printf(&b, "%s%.*s", i > 0 ? ", " : "", REP_PR(s.v[i]));
	return rep_arena_take(of->a, &b);
}

/* --- steps ---------------------------------------------------------------------------------------- */

static bool
wrong_now(const struct rep_found *f)
{
	return !f->record && f->gone_s == 0 && f->severity != REP_INFO;
}

/* A line of a zone file: a name with a dot at its end, then IN. */
static bool
is_record(struct rep_str line)
{
	size_t in = rep_str_find(line, REP_S(". IN "), 0);

	return in != SIZE_MAX && rep_str_chr(line, ' ', 0) == in + 1;
}

/* Adds the lines of a fix: records to `paste`, words to `words`; what is there already, not again. */
static void
add_fix(struct rep_str fix, struct rep_buf *words, struct rep_buf *paste)
{
	for (size_t i = 0, end; i < fix.n; i = end + 1) {
		struct rep_str line;

		end = rep_str_chr(fix, '\n', i);
		end = end == SIZE_MAX ? fix.n : end;
		line = rep_str_sub(fix, i, end - i);
		if (is_record(line)) {
			if (rep_str_find(rep_buf_str(paste), line, 0) == SIZE_MAX)
				rep_buf_printf(paste, "%.*s\n", REP_PR(line));
		} else if (rep_str_find(rep_buf_str(words), line, 0) == SIZE_MAX) {
			rep_buf_printf(words, "%s%.*s", words->n > 0 ? "; " : "", REP_PR(line));
		}
	}
}

/* A listing that is not why they refuse. */
static bool
is_later(const struct rep_found_of *of, size_t kind)
{
	return of->records && kinds[kind].refused_for == REP_CLASS_LISTED &&
	    of->incidents[0]->class != REP_CLASS_LISTED;
}

/* The findings of one kind about one subject. */
static struct rep_found_step
one_step(const struct rep_found_of *of, size_t kind, struct rep_str subject, uint8_t *worst)
{
	struct rep_found_step out = { none, none, kinds[kind].begins };
	struct rep_buf text, words, fix;
	size_t n = 0;

	rep_buf_init(&text, TEXT_MAX);
	rep_buf_init(&words, TEXT_MAX);
	rep_buf_init(&fix, TEXT_MAX);
	for (size_t i = 0; i < of->in->found_n; i++) {
		const struct rep_found *f = &of->in->found[i];
		struct rep_str shown = rep_str_sub(f->text, 0, RECORD_SHOWN);

		if (!wrong_now(f) || !rep_str_eq_nocase(f->subject, subject) ||
		    !rep_str_starts(f->id, kinds[kind].begins) ||
		    (rep_str_starts(f->id, REP_S("listed-")) && f->severity > REP_SERIOUS &&
			!rep_str_eq(f->detail, REP_S("abuse"))))
			continue;
		rep_buf_printf(
		    &text, "%s%.*s (%.*s)", n++ == 0 ? "" : "; ", REP_PR(f->id), REP_PR(shown));
		add_fix(f->fix, &words, &fix);
		*worst = f->severity < *worst ? f->severity : *worst;
	}
	if (n > 0) {
		struct rep_str found = rep_buf_str(&text), how = rep_buf_str(&words);
		bool later = is_later(of, kind);

		if (later)
			how = none;
		out.text = rep_arena_printf(of->a,
		    "%s %s %.*s: reputed check found %.*s. More: reputed explain %s%s%.*s",
		    later ? "when that is fixed, look at" : "fix", kinds[kind].what,
		    REP_PR(subject), REP_PR(found), kinds[kind].page, how.n > 0 ? ". To do: " : "",
		    REP_PR(how));
		out.fix = rep_arena_dup(of->a, rep_buf_str(&fix));
	}
	rep_buf_fini(&text);
	rep_buf_fini(&words);
	rep_buf_fini(&fix);
	return out;
}

/* In this order: what the refusal is about, all the others, and what is looked at later. */
enum turn { ITS_OWN, OTHERS, LATER, TURNS };

static enum turn
turn_of(const struct rep_found_of *of, size_t kind)
{
	if (kinds[kind].refused_for == of->incidents[0]->class)
		return ITS_OWN;
	return is_later(of, kind) ? LATER : OTHERS;
}

/* Adds the steps of one turn and severity. */
static size_t
add_steps(const struct rep_found_of *of, const struct subjects *s, uint8_t severity, enum turn turn,
    struct rep_found_step *v, size_t n, size_t max)
{
	for (size_t k = 0; k < REP_COUNT(kinds); k++) {
		if (turn_of(of, k) != turn)
			continue;
		for (size_t i = 0; i < s->n && n < max; i++) {
			uint8_t worst = REP_INFO;
			struct rep_found_step one = one_step(of, k, s->v[i], &worst);

			if (rep_severity_turn(worst) == severity)
				v[n++] = one;
		}
	}
	return n;
}

size_t
rep_found_steps(const struct rep_found_of *of, struct rep_found_step *v, size_t max)
{
	struct subjects s = { .n = 0 };
	size_t n = 0;

	addresses(of, &s);
	domains(of, &s);
	for (enum turn turn = ITS_OWN; turn < TURNS; turn++)
		for (uint8_t severity = REP_CRITICAL; severity < REP_INFO; severity++)
			n = add_steps(of, &s, severity, turn, v, n, max);
	return n;
}

bool
rep_found_covers(const struct rep_found_step *v, size_t n, const struct rep_rule *rule)
{
	size_t ptr, helo;

	if (rule == NULL || rule->class != REP_CLASS_IDENTITY || rule->first.n > 0)
		return false;
	ptr = rep_str_find(rule->remedy, REP_S("PTR"), 0);
	helo = rep_str_find(rule->remedy, REP_S("HELO"), 0);
	for (size_t k = 0; k < n; k++)
		if ((ptr < helo && rep_str_eq(v[k].about, REP_S("ptr-"))) ||
		    (helo < ptr && rep_str_eq(v[k].about, REP_S("helo-"))))
			return true;
	return false;
}

/* --- what is known for a request ------------------------------------------------------------------ */

struct rep_str
rep_found_ptr(const struct rep_found_of *of)
{
	struct subjects s = { .n = 0 };
	struct rep_buf b;

	addresses(of, &s);
	rep_buf_init(&b, TEXT_MAX);
	for (size_t i = 0; i < of->in->found_n; i++) {
		const struct rep_found *f = &of->in->found[i];
		bool missing = rep_str_eq(f->id, REP_S("ptr-missing"));
		char when[REP_TIME_TEXT];

		if (f->gone_s != 0 || !holds(&s, f->subject) ||
		    !(missing || (f->record && rep_str_eq(f->id, REP_S("ptr")))))
			continue;
		rep_time_text(f->last_s, when);
		rep_buf_printf(&b, "%s%.*s is %.*s (seen %.10s)", b.n > 0 ? "; " : "",
		    REP_PR(f->subject), missing ? 15 : (int)f->detail.n,
		    missing ? "without a name" : f->detail.p, when);
	}
	return rep_arena_take(of->a, &b);
}

/* One record of a domain, or that there is none, or nothing when it was not looked at. */
static void
add_record(const struct rep_found_of *of, struct rep_str domain, const char *kind, const char *name,
    struct rep_buf *b)
{
	struct rep_str id = rep_str_c(kind);
	bool seen = false, looked = false;

	for (size_t i = 0; i < of->in->found_n && !seen; i++) {
		const struct rep_found *f = &of->in->found[i];
		struct rep_str value = rep_str_sub(f->detail, 0, RECORD_SHOWN);

		if (!f->record || f->gone_s != 0 || !rep_str_eq(f->id, id) ||
		    !rep_str_eq_nocase(f->subject, domain))
			continue;
		rep_buf_printf(b, "; %s %.*s%s", name, REP_PR(value),
		    f->detail.n > RECORD_SHOWN ? " ..." : "");
		seen = true;
	}
	for (size_t i = 0; i < of->in->looked_n; i++)
		looked = looked ||
		    (rep_str_eq(of->in->looked[i].part, id) && of->in->looked[i].known_s != 0 &&
			rep_str_eq_nocase(of->in->looked[i].subject, domain));
	if (!seen && looked)
		rep_buf_printf(b, "; no %s record found", name);
}

struct rep_str
rep_found_authentication(const struct rep_found_of *of)
{
	struct subjects s = { .n = 0 };
	struct rep_buf all, one;

	domains(of, &s);
	rep_buf_init(&all, TEXT_MAX);
	rep_buf_init(&one, TEXT_MAX);
	for (size_t i = 0; i < s.n; i++) {
		rep_buf_clear(&one);
		add_record(of, s.v[i], "spf", "SPF", &one);
		add_record(of, s.v[i], "dkim", "DKIM", &one);
		add_record(of, s.v[i], "dmarc", "DMARC", &one);
		if (one.n > 2)
			rep_buf_printf(&all, "%s%.*s: %.*s", all.n > 0 ? "\n    " : "",
			    REP_PR(s.v[i]), (int)(one.n - 2), rep_buf_str(&one).p + 2);
	}
	rep_buf_fini(&one);
	return rep_arena_take(of->a, &all);
}
