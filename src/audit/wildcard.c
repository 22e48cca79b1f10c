/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/wildcard.h"

#include "auth/dmarc.h"
#include "dns/wildcard.h"

/* A line of a zone file, as this program prints it. */
struct line {
	struct rep_name owner;
	struct rep_str type, value;
};

/* A name that exists only by a wildcard. */
struct wild {
	struct rep_name name;
	struct rep_name above; /* the wildcard is "*" below that */
	struct rep_str lines;  /* its other records; n == 0: none */
	bool alias_lost;       /* it is an alias, and cannot stay one */
	bool below;	       /* what names below it have is kept too */
	const struct rep_dns_answer *a, *aaaa, *mx, *txt, *cname;
};

struct wildcard_run {
	const struct rep_dns_view *v;
	struct rep_findings *f;
	struct wild wild[REP_WILDCARD_NAMES_MAX];
	size_t n;
	struct rep_name beyond; /* one for which there was no room; n == 0: none */
	bool known;
};

/* Takes the first line off. False: there is none. */
static bool
next_line(struct rep_str *rest, struct line *out)
{
	while (rest->n > 0) {
		size_t end = rep_str_chr(*rest, '\n', 0), in;
		struct rep_str text = rep_str_sub(*rest, 0, end);

		*rest = rep_str_sub(*rest, text.n + 1, rest->n);
		if ((in = rep_str_find_nocase(text, REP_S(" IN "), 0)) == SIZE_MAX ||
		    !rep_name_parse(rep_str_sub(text, 0, in), &out->owner))
			continue;
		text = rep_str_sub(text, in + 4, text.n);
		out->type = rep_str_sub(text, 0, rep_str_chr(text, ' ', 0));
		out->value = rep_str_sub(text, out->type.n + 1, text.n);
		return true;
	}
	return false;
}

/* Names of records, not of hosts: nobody uses a web page or an MX of those. */
static bool
underscored(const struct rep_name *name)
{
	return name->n > 1 && name->w[1] == '_';
}

static void
ask(struct wildcard_run *r, struct wild *w)
{
	const struct rep_dns_view *v = r->v;

	w->a = rep_dns_get(v, &w->name, REP_DNS_A);
	w->aaaa = rep_dns_get(v, &w->name, REP_DNS_AAAA);
	w->mx = rep_dns_get(v, &w->name, REP_DNS_MX);
	w->txt = rep_dns_get(v, &w->name, REP_DNS_TXT);
	w->cname = rep_dns_get(v, &w->name, REP_DNS_CNAME);
	r->known = r->known && w->a != NULL && w->aaaa != NULL && w->mx != NULL && w->txt != NULL &&
	    w->cname != NULL;
}

/* The names from the owner of a record up to its organization, as far as a wildcard alone makes them. */
static void
look_up(struct wildcard_run *r, const struct rep_name *owner)
{
	struct rep_name org, name = *owner, up;
	size_t first = r->n;

	rep_dmarc_org_psl(owner, &org);
	while (!rep_name_eq(&name, &org) && rep_name_under(&name, &org) &&
	    rep_name_up(&name, 1, &up)) {
		bool noted = false;

		for (size_t i = 0; i < r->n; i++)
			noted = noted || rep_name_eq(&r->wild[i].name, &name);
		if (!noted && !underscored(&name) && rep_dns_by_wildcard(r->v, &name, &r->known)) {
			if (r->n == REP_WILDCARD_NAMES_MAX) {
				r->beyond = name;
				break;
			}
			r->wild[r->n] = (struct wild){ .name = name, .above = up };
			ask(r, &r->wild[r->n++]);
		}
		name = up;
	}
	/* Where the name above is a wildcard's too, the wildcard is that one. */
	for (size_t i = r->n; i > first; i--)
		for (size_t k = 0; k < r->n; k++)
			if (rep_name_eq(&r->wild[i - 1].above, &r->wild[k].name))
				r->wild[i - 1].above = r->wild[k].above;
}

/* --- what is kept ------------------------------------------------------------------------------------ */

/* What all findings together print at a name. */
struct printed {
	bool any, address, spf, null_mx;
	struct rep_str mx; /* " 10 20 ": their preferences */
};

static struct printed
printed_at(struct wildcard_run *r, const struct rep_name *name)
{
	struct printed p = { .mx = REP_S(" ") };
	struct line l;

	for (size_t i = 0; i < r->f->n; i++)
		for (struct rep_str rest = r->f->v[i].publish; next_line(&rest, &l);) {
			if (!rep_name_eq(&l.owner, name))
				continue;
			p.any = true;
			p.address = p.address || rep_str_eq(l.type, REP_S("A")) ||
			    rep_str_eq(l.type, REP_S("AAAA"));
			p.spf = p.spf || rep_str_starts_nocase(l.value, REP_S("\"v=spf1"));
			if (!rep_str_eq(l.type, REP_S("MX")))
				continue;
			p.null_mx = p.null_mx || rep_str_ends(l.value, REP_S(" ."));
			l.value.n = rep_str_sub(l.value, 0, rep_str_chr(l.value, ' ', 0)).n;
			p.mx = rep_finding_text(r->f, "%.*s%.*s ", REP_PR(p.mx), REP_PR(l.value));
		}
	return p;
}

static void REP_PRINTF(3, 4) keep(struct wildcard_run *r, struct wild *w, const char *fmt, ...)
{
	struct rep_str line;
	va_list ap;

	va_start(ap, fmt);
	line = rep_arena_vprintf(r->f->a, fmt, ap);
	va_end(ap);
	w->lines = rep_finding_text(
	    r->f, "%.*s%s%.*s", REP_PR(w->lines), w->lines.n > 0 ? "\n" : "", REP_PR(line));
}

static void
keep_addresses(struct wildcard_run *r, struct wild *w, const char *star, const char *name)
{
	const struct rep_dns_answer *both[] = { w->a, w->aaaa };
	char ip[REP_IP_TEXT], type[16];

	for (size_t t = 0; t < REP_COUNT(both); t++)
		for (size_t i = 0; i < both[t]->n; i++)
			keep(r, w, "%s%s. IN %s %s", star, name,
			    rep_dns_type_text(both[t]->type, type),
			    rep_ip_text(&both[t]->rr[i]->ip, ip));
}

/* "*.NAME" gets what the wildcard says, so that names below, such as www.NAME, have it as before (RFC 4592, 3.3.1). */
static void
keep_below(struct wildcard_run *r, struct wild *w, const char *name)
{
	char text[REP_NAME_TEXT];

	if (w->cname->n == 1) {
		keep(
		    r, w, "*.%s. IN CNAME %s.", name, rep_name_text(w->cname->rr[0]->target, text));
		return;
	}
	keep_addresses(r, w, "*.", name);
	for (size_t i = 0; i < w->mx->n; i++)
		keep(r, w, "*.%s. IN MX %u %s%s", name, w->mx->rr[i]->number,
		    rep_name_text(w->mx->rr[i]->target, text),
		    w->mx->rr[i]->target->n > 1 ? "." : "");
	for (size_t i = 0; i < w->txt->n; i++) {
		struct rep_str quoted = rep_txt_quoted(r->f->a, w->txt->rr[i]->data);

		keep(r, w, "*.%s. IN TXT %.*s", name, REP_PR(quoted));
	}
}

static void
keep_mail(struct wildcard_run *r, struct wild *w, const char *name, const struct printed *p)
{
	char host[REP_NAME_TEXT];

	for (size_t i = 0; i < w->mx->n && !p->null_mx; i++) {
		const struct rep_dns_rr *mx = w->mx->rr[i];
		struct rep_str number = rep_finding_text(r->f, " %u ", mx->number);

		rep_name_text(mx->target, host);
		if (rep_str_find_nocase(p->mx, number, 0) == SIZE_MAX)
			keep(r, w, "%s. IN MX %u %s%s", name, mx->number, host,
			    mx->target->n > 1 ? "." : "");
	}
	for (size_t i = 0; i < w->txt->n; i++) {
		struct rep_str text = w->txt->rr[i]->data, quoted = rep_txt_quoted(r->f->a, text);

		if (!p->spf || rep_str_find_nocase(text, REP_S("spf"), 0) == SIZE_MAX)
			keep(r, w, "%s. IN TXT %.*s", name, REP_PR(quoted));
	}
}

static void
find_kept(struct wildcard_run *r, struct wild *w)
{
	struct printed p = printed_at(r, &w->name);
	char name[REP_NAME_TEXT], target[REP_NAME_TEXT];

	rep_name_text(&w->name, name);
	if (w->a->cnames > 0 && !p.any && w->cname->n == 1) {
		keep(
		    r, w, "%s. IN CNAME %s.", name, rep_name_text(w->cname->rr[0]->target, target));
		w->below = true;
		keep_below(r, w, name);
		return;
	}
	w->alias_lost = w->a->cnames > 0;
	if (w->alias_lost && p.address)
		return; /* a host with a new address has nothing of where the alias leads */
	w->below = !p.address && w->a->n + w->aaaa->n > 0;
	if (w->below)
		keep_addresses(r, w, "", name);
	keep_mail(r, w, name, &p);
	if (w->below)
		keep_below(r, w, name);
}

/* --- what is said ------------------------------------------------------------------------------------ */

static struct rep_str
sentence(struct wildcard_run *r, const struct wild *w, bool itself)
{
	char name[REP_NAME_TEXT], above[REP_NAME_TEXT], target[REP_NAME_TEXT];
	const char *with = itself ? "with a record of its own" : "with a record below it";
	struct rep_str more = { "", 0 };

	rep_name_text(&w->name, name);
	rep_name_text(&w->above, above);
	if (w->below)
		more = rep_finding_text(
		    r->f, "; *.%s gets them too, for names below it, such as www.%s", name, name);
	else
		more = rep_finding_text(
		    r->f, "; names below it, such as www.%s, get none of them any more", name);
	if (w->alias_lost)
		return rep_finding_text(r->f,
		    "%s is an alias (CNAME) of %s only by the wildcard *.%s. With a record of its own it is no "
		    "longer an alias, so what %s has now is printed too: change it here when it changes there%.*s",
		    name, rep_name_text(&w->a->canonical, target), above, target, REP_PR(more));
	return rep_finding_text(r->f,
	    "%s exists only by the wildcard *.%s: %s it no longer gets those of the wildcard, so they are "
	    "printed too%.*s",
	    name, above, with, REP_PR(more));
}

/* Adds a sentence to the words before the records. */
static void
say(struct wildcard_run *r, struct rep_finding *x, struct rep_str words)
{
	struct rep_str fix = rep_str_or(x->fix, REP_S("publish these records:"));
	bool colon = rep_str_ends(fix, REP_S(":"));

	fix = rep_str_sub(fix, 0, fix.n - (colon || rep_str_ends(fix, REP_S("."))));
	x->fix =
	    rep_finding_text(r->f, "%.*s. %.*s%s", REP_PR(fix), REP_PR(words), colon ? ":" : ".");
}

/* Adds to `lines` those that are not there. */
static struct rep_str
with_kept(struct wildcard_run *r, struct rep_str lines, struct rep_str kept)
{
	while (kept.n > 0) {
		struct rep_str line = rep_str_sub(kept, 0, rep_str_chr(kept, '\n', 0)), there;

		kept = rep_str_sub(kept, line.n + 1, kept.n);
		there = rep_finding_text(r->f, "\n%.*s\n", REP_PR(lines));
		if (rep_str_find_nocase(
			there, rep_finding_text(r->f, "\n%.*s\n", REP_PR(line)), 0) == SIZE_MAX)
			lines = rep_finding_text(r->f, "%.*s%s%.*s", REP_PR(lines),
			    lines.n > 0 ? "\n" : "", REP_PR(line));
	}
	return lines;
}

/* Whether lines have a record at the name, which *itself then says, or one below it. */
static bool
has(struct rep_str lines, const struct rep_name *name, bool *itself)
{
	bool below = false;
	struct line l;

	*itself = false;
	while (next_line(&lines, &l)) {
		*itself = *itself || rep_name_eq(&l.owner, name);
		below = below || rep_name_under(&l.owner, name);
	}
	return below;
}

/* The row of an address is one for all findings about its names, and has the records of all of them. */
static void
in_row(struct wildcard_run *r, const struct wild *w, const struct rep_name_row *old)
{
	struct rep_name_row *row;
	bool itself;

	if (old == NULL || !has(old->publish, &w->name, &itself) ||
	    (row = rep_arena_alloc(r->f->a, sizeof *row)) == NULL)
		return;
	*row = *old;
	row->publish = with_kept(r, row->publish, w->lines);
	row->plain = false;
	for (size_t i = 0; i < r->f->n; i++)
		if (r->f->v[i].row == old)
			r->f->v[i].row = row;
}

static void
add(struct wildcard_run *r, const struct wild *w, struct rep_finding *x)
{
	bool itself;

	if (w->lines.n == 0 || !has(x->publish, &w->name, &itself))
		return;
	say(r, x, sentence(r, w, itself));
	x->publish = with_kept(r, x->publish, w->lines);
	in_row(r, w, x->row);
}

/* The last finding that prints a record at a name for which there was no room tells of all of them. */
static void
say_beyond(struct wildcard_run *r)
{
	char name[REP_NAME_TEXT];
	bool itself;

	for (size_t i = r->f->n; i-- > 0;) {
		if (!has(r->f->v[i].publish, &r->beyond, &itself))
			continue;
		say(r, &r->f->v[i],
		    rep_finding_text(r->f,
			"More than %d names that get a record in this run exist only by a wildcard. For "
			"the others, such as %s, what they have by it is not printed: look at each "
			"before you give it a record, for then the wildcard is over for it",
			REP_WILDCARD_NAMES_MAX, rep_name_text(&r->beyond, name)));
		return;
	}
}

bool
rep_wildcard_kept(const struct rep_dns_view *v, struct rep_findings *f)
{
	struct wildcard_run *r = rep_arena_alloc(f->a, sizeof *r);
	struct line l;

	if (r == NULL)
		return false;
	*r = (struct wildcard_run){ .v = v, .f = f, .known = true };
	for (size_t i = 0; i < f->n; i++)
		for (struct rep_str rest = f->v[i].publish; next_line(&rest, &l);)
			look_up(r, &l.owner);
	if (!r->known)
		return false;
	for (size_t i = 0; i < r->n; i++)
		find_kept(r, &r->wild[i]);
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < f->n; k++)
			add(r, &r->wild[i], &f->v[k]);
	if (r->beyond.n > 0)
		say_beyond(r);
	return true;
}
