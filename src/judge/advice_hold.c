/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/advice_hold.h"
#include "judge/index.h"

enum {
	TEXT_MAX = 1 << 20,
	LISTED_MAX = 60, /* domains in a list that a person still looks through: judgement */
	SERVERS_MAX = 8,
	WIDE = 90 /* columns of a pasted list */
};

static const struct rep_str none = { "", 0 };

struct holding {
	const struct rep_advice *d;
	const struct rep_provider *p; /* NULL: none is known */
	const struct rep_incident *group[REP_TOGETHER_MAX];
	size_t n;
};

/* --- labels ---------------------------------------------------------------------------------- */

static struct rep_str
label_of(const struct holding *h, const struct rep_cell *c)
{
	return rep_name(&h->d->in->names, c->key.label);
}

/* "mx1" of "mx1/postfix/out-a" */
static struct rep_str
server_of(struct rep_str label)
{
	return rep_str_sub(label, 0, rep_str_chr(label, '/', 0));
}

/* "postfix/out-a" of "mx1/postfix/out-a" */
static struct rep_str
syslog_name_of(struct rep_str label)
{
	size_t slash = rep_str_chr(label, '/', 0);

	return slash == SIZE_MAX ? none : rep_str_sub(label, slash + 1, label.n);
}

/* Only what needs no quoting in a shell, a map or an expression is put into commands. */
static bool
plain(struct rep_str s, const char *also)
{
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && (s.p[i] == '\0' || strchr(also, s.p[i]) == NULL))
			return false;
	return s.n > 0 && s.p[0] != '-' && s.p[0] != '.';
}

/* Postfix names a transport's own lines "postfix/NAME"; other servers have other names. */
static bool
is_postfix(struct rep_str syslog_name)
{
	static const struct rep_str others[] = { { "exim", 4 }, { "sm-mta", 6 }, { "sendmail", 8 },
		{ "smtpd", 5 } };

	for (size_t i = 0; i < REP_COUNT(others); i++)
		if (rep_str_starts(syslog_name, others[i]))
			return false;
	return plain(syslog_name, "-._/");
}

static bool
in_trouble(const struct holding *h, uint32_t label)
{
	for (size_t k = 0; k < h->n; k++)
		if (h->d->v->cells[h->group[k]->cell].key.label == label)
			return true;
	return false;
}

static bool
on_server(const struct holding *h, struct rep_str server)
{
	for (size_t k = 0; k < h->n; k++)
		if (rep_str_eq(server, server_of(label_of(h, &h->d->v->cells[h->group[k]->cell]))))
			return true;
	return false;
}

/* Whether another path on one of these servers still carries mail to this provider. */
static bool
another_path_works(const struct holding *h)
{
	size_t n;
	const uint32_t *at = rep_index_at_provider(h->d->v, h->d->cell, &n);

	for (size_t k = 0; k < n; k++) {
		const struct rep_cell *c = &h->d->v->cells[at[k]];
		struct rep_sums s = { 0 };

		if ((c->key.route == 0 && in_trouble(h, c->key.label)) ||
		    !on_server(h, server_of(label_of(h, c))))
			continue;
		rep_index_sum(h->d->v, c, h->d->e->since_s, h->d->in->now_s + 1, REP_ANY_STREAM,
		    REP_TROUBLE_BLOCK, &s);
		if (s.accepted > s.trouble)
			return true;
	}
	return false;
}

/* --- what is held ------------------------------------------------------------------------------ */

static bool
is_main_domain(const struct holding *h, struct rep_str domain)
{
	for (size_t k = 0; h->p != NULL && k < h->p->hold_n; k++)
		if (rep_str_eq(domain, h->p->hold[k]))
			return true;
	return false;
}

/* One more word of a list that is broken before it gets too wide. A backslash joins the lines. */
static void
add_word(struct rep_buf *b, struct rep_str word, size_t *column)
{
	if (*column + 1 + word.n > WIDE) {
		rep_buf_add(b, REP_S(" \\\n"));
		rep_buf_add(b, word);
		*column = word.n;
		return;
	}
	rep_buf_addc(b, ' ');
	rep_buf_add(b, word);
	*column += 1 + word.n;
}

/* "for domain in a b c": the provider's main domains and those mail went to. Returns how many. */
static size_t
add_domains(const struct holding *h, struct rep_buf *b)
{
	const struct rep_judge_in *in = h->d->in;
	size_t n = 0, column = strlen("for domain in");

	rep_buf_add(b, REP_S("for domain in"));
	for (; h->p != NULL && n < h->p->hold_n; n++)
		add_word(b, h->p->hold[n], &column);
	for (size_t k = 0; k < in->reach_n; k++) {
		const struct rep_reach *r = &in->reach[k];

		if (r->provider != h->d->cell->key.provider ||
		    r->provider_domain != h->d->cell->key.provider_domain ||
		    is_main_domain(h, r->domain) || !plain(r->domain, "-."))
			continue;
		add_word(b, r->domain, &column);
		n++;
	}
	rep_buf_addc(b, '\n');
	return n;
}

/* An expression for MX records with hosts under `name` ("*" is any one label). */
static void
add_pattern(struct rep_buf *b, struct rep_str name)
{
	if (name.n > 0 && name.p[0] == '.')
		name = rep_str_sub(name, 1, name.n);
	rep_buf_add(b, REP_S(" '/ MX [0-9]+ (.*\\.)?"));
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '.')
			rep_buf_add(b, REP_S("\\."));
		else if (name.p[i] == '*')
			rep_buf_add(b, REP_S("[^.]+"));
		else
			rep_buf_addc(b, name.p[i]);
	}
	rep_buf_add(b, REP_S("\\.$/ IGNORE'"));
}

/* Returns how many lines there are; 0: the provider's MX hosts are not all known here. */
static size_t
add_patterns(const struct holding *h, struct rep_buf *b)
{
	struct rep_str small = rep_name(&h->d->in->names, h->d->cell->key.provider_domain);
	size_t n = 0;

	if (small.n > 0) {
		if (!plain(small, "-."))
			return 0;
		add_pattern(b, small);
		return 1;
	}
	if (h->p == NULL || h->p->mx_n > REP_MX_MAX)
		return 0;
	for (; n < h->p->mx_n; n++)
		add_pattern(b, h->p->mx[n]);
	return n;
}

/* --- the commands -------------------------------------------------------------------------------- */

/*
 * Each setting is read, extended and written back, so that what was there before stays, and a
 * second paste changes nothing.
 */
static const char by_domain_map[] =
    "map=$(postconf -h default_database_type):/etc/postfix/reputed-hold\n";
static const char by_domain_do[] =
    "do grep -qsx \"$domain hold:\" /etc/postfix/reputed-hold || "
    "echo \"$domain hold:\" >> /etc/postfix/reputed-hold\n"
    "done\n"
    "postmap \"$map\"\n"
    "was=$(postconf -h transport_maps)\n"
    "case \"$was,\" in *:/etc/postfix/reputed-hold[\\ ,]*) ;; "
    "*) postconf -e \"transport_maps = $map${was:+, $was}\" ;; esac\n"
    "was=$(postconf -h defer_transports)\n"
    "case \" $was \" in *[\\ ,]hold[\\ ,]*) ;; "
    "*) postconf -e \"defer_transports = ${was:+$was, }hold\" ;; esac\n"
    "postfix reload\n";
static const char by_domain_undo[] =
    "do sed -i \"/^$domain hold:\\$/d\" /etc/postfix/reputed-hold\n"
    "done\n"
    "postmap \"$map\"\n"
    "if [ ! -s /etc/postfix/reputed-hold ]\n"
    "then postconf -e \"transport_maps = $(postconf -h transport_maps | "
    "sed -E 's#[a-z]+:/etc/postfix/reputed-hold(, *| +|$)##')\"\n"
    "postconf -e \"defer_transports = $(postconf -h defer_transports | "
    "sed -E 's/(^|[ ,]+)hold$//')\"\n"
    "fi\n"
    "postfix reload\n";
static const char by_filter_do[] =
    "do was=$(postconf -Ph \"$way/unix/smtp_dns_reply_filter\" 2>/dev/null)\n"
    "was=${was:-$(postconf -h smtp_dns_reply_filter)}\n"
    "case \"$was,\" in *\"$mx,\"*) ;; "
    "*) postconf -P \"$way/unix/smtp_dns_reply_filter=${was:+$was,}regexp:$mx\" ;; esac\n"
    "done\n"
    "postfix reload\n"
    "postconf -P '*/unix/smtp_dns_reply_filter'        # must name each of them\n";
static const char by_filter_undo[] = "for way in $(postconf -P '*/unix/smtp_dns_reply_filter' | "
				     "sed -n \"s,/unix/smtp_dns_reply_filter = .*$mx.*,,p\")\n"
				     "do was=$(postconf -Ph \"$way/unix/smtp_dns_reply_filter\" | "
				     "sed -E \"s#,?regexp:$mx##; s#^,##\")\n"
				     "if [ -n \"$was\" ]\n"
				     "then postconf -P \"$way/unix/smtp_dns_reply_filter=$was\"\n"
				     "else postconf -PX \"$way/unix/smtp_dns_reply_filter\"\n"
				     "fi\n"
				     "done\n"
				     "postfix reload\n";

static size_t
word_n(struct rep_str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\n')
		n++;
	return n;
}

static struct rep_str
by_domain(const struct holding *h, struct rep_str *undo, size_t *listed)
{
	struct rep_str first, domains;
	struct rep_buf b;

	rep_buf_init(&b, TEXT_MAX);
	*listed = add_domains(h, &b);
	domains = rep_arena_take(h->d->a, &b);
	first = rep_str_sub(domains, strlen("for domain in "), domains.n);
	first = rep_str_sub(first, 0, word_n(first));
	*undo =
	    rep_arena_printf(h->d->a, "%s%.*s%s", by_domain_map, REP_PR(domains), by_domain_undo);
	return rep_arena_printf(h->d->a,
	    "%s%.*s%spostmap -q %.*s \"$map\"        # must print: hold:\n", by_domain_map,
	    REP_PR(domains), by_domain_do, REP_PR(first));
}

/* The transports of these labels. "postfix" alone is the usual one, smtp. */
static void
add_transports(const struct holding *h, struct rep_buf *b)
{
	struct rep_str usual = REP_S("postfix");
	bool smtp = false;
	size_t named = 0;

	for (size_t k = 0; k < h->n; k++)
		smtp = smtp ||
		    rep_str_eq(
			usual, syslog_name_of(label_of(h, &h->d->v->cells[h->group[k]->cell])));
	rep_buf_printf(b, "for way in%s", smtp ? " smtp" : "");
	for (size_t k = 0; k < h->n; k++) {
		struct rep_str name =
		    syslog_name_of(label_of(h, &h->d->v->cells[h->group[k]->cell]));

		if (rep_str_eq(usual, name))
			continue;
		rep_buf_add(b,
		    named++ == 0 ? REP_S(" $(postconf -P '*/unix/syslog_name' | sed -nE "
					 "'s,/unix/syslog_name = (")
				 : REP_S("|"));
		rep_buf_add(b, name);
	}
	rep_buf_add(b, named > 0 ? REP_S(")$,,p')\n") : REP_S("\n"));
}

/* The file has the provider's name: a server may hold mail for several at once. */
static struct rep_str
by_filter(const struct holding *h, struct rep_str *undo)
{
	const struct rep_names *names = &h->d->in->names;
	struct rep_str name = rep_str_or(rep_name(names, h->d->cell->key.provider_domain),
	    rep_name(names, h->d->cell->key.provider));
	struct rep_buf b;

	if (!plain(name, "-._"))
		return none;
	rep_buf_init(&b, TEXT_MAX);
	rep_buf_printf(&b, "mx=/etc/postfix/reputed-hold-mx-%.*s\n", REP_PR(name));
	*undo = rep_arena_printf(h->d->a, "%.*s%s", (int)b.n, rep_buf_str(&b).p, by_filter_undo);
	rep_buf_add(&b, REP_S("printf '%s\\n'"));
	if (add_patterns(h, &b) == 0) {
		rep_buf_fini(&b);
		return none;
	}
	rep_buf_add(&b, REP_S(" > $mx\n"));
	add_transports(h, &b);
	rep_buf_add(&b, rep_str_c(by_filter_do));
	return rep_arena_take(h->d->a, &b);
}

static struct rep_str
servers(const struct holding *h)
{
	struct rep_str seen[SERVERS_MAX];
	size_t n = 0;
	struct rep_buf b;

	for (size_t k = 0; k < h->n && n < SERVERS_MAX; k++) {
		struct rep_str s = server_of(label_of(h, &h->d->v->cells[h->group[k]->cell]));
		size_t i = 0;

		while (i < n && !rep_str_eq(seen[i], s))
			i++;
		if (i == n)
			seen[n++] = s;
	}
	rep_buf_init(&b, TEXT_MAX);
	for (size_t i = 0; i < n; i++)
		rep_buf_printf(&b, "%s%.*s",
		    i == 0	    ? ""
			: i + 1 < n ? ", "
				    : " and ",
		    REP_PR(seen[i]));
	return rep_arena_take(h->d->a, &b);
}

struct rep_hold
rep_advice_hold(const struct rep_advice *d)
{
	struct holding h = { .d = d,
		.p = rep_provider_by_id(rep_know_providers(d->in->know),
		    rep_name(&d->in->names, d->cell->key.provider)) };
	struct rep_hold out = { 0 };
	size_t listed;
	uint64_t again;

	h.n = rep_advice_together(d, h.group, REP_COUNT(h.group), &again);
	h.n = h.n < REP_COUNT(h.group) ? h.n : REP_COUNT(h.group);
	out.servers = servers(&h);
	out.paste = out.undo = none;
	for (size_t k = 0; k < h.n; k++)
		if (!is_postfix(syslog_name_of(label_of(&h, &d->v->cells[h.group[k]->cell]))))
			return out;
	out.paste = by_domain(&h, &out.undo, &listed);
	if (listed == 0 || listed > LISTED_MAX || another_path_works(&h)) {
		struct rep_str undo = none, filter = by_filter(&h, &undo);

		if ((out.filter = filter.n > 0 || filter.p == NULL)) {
			out.paste = filter;
			out.undo = undo;
		} else if (listed == 0) {
			out.paste = out.undo = none;
		}
	}
	return out;
}
