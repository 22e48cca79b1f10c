/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/failure_field.h"
#include "mail/addr.h"
#include "mail/header.h"
#include "mail/mask.h"

#include <stddef.h>

/* Judgement, as of aggregate reports: nobody can believe a time after 2100, or before 1970. */
static const int64_t last_s = 4102444800;

/* A field as it is written, for notes. */
struct failure_field {
	struct rep_str name, value;
	uint64_t offset;
};

static void
fault(struct rep_failure_fields *r, enum rep_report_fault what, const struct failure_field *f)
{
	rep_fault_add(r->f, what, f->name, f->value, f->offset);
}

/* --- values ---------------------------------------------------------------------------------------------- */

static struct rep_str
kept(struct rep_failure_fields *r, const struct failure_field *f)
{
	struct rep_str s = rep_str_cut(f->value, REP_FAILURE_VALUE);

	s = s.n > 0 ? rep_arena_dup(r->a, s) : s;
	if (s.n < f->value.n || s.p == NULL)
		fault(r, REP_FAULT_LONG, f);
	return s.p != NULL ? s : (struct rep_str){ "", 0 };
}

static struct rep_str
masked(struct rep_failure_fields *r, struct rep_str s)
{
	struct rep_buf b;

	rep_buf_init(&b, 4 * REP_FAILURE_VALUE);
	rep_mask(&b, s);
	s = rep_arena_take(r->a, &b);
	return s.p != NULL ? s : (struct rep_str){ "", 0 };
}

static void
set_text(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	struct rep_str s = kept(r, f);

	memcpy(out, &s, sizeof s);
}

/* Authentication-Results: addresses are masked, the names of their properties ("smtp.mailfrom=") stay. */
static struct rep_str
masked_results(struct rep_failure_fields *r, struct rep_str s)
{
	struct rep_buf b;

	rep_buf_init(&b, 4 * REP_FAILURE_VALUE);
	for (size_t i = 0, end; i < s.n; i = end) {
		size_t name = i;

		while (name < s.n && (rep_alnum(s.p[name]) || strchr(".-_", s.p[name]) != NULL) &&
		    s.p[name] != '\0')
			name++;
		name = name < s.n && s.p[name] == '=' ? name + 1 : i;
		for (end = name; end < s.n && !rep_blank(s.p[end]) && s.p[end] != ';'; end++)
			;
		end += end < s.n;
		rep_buf_add(&b, rep_str_sub(s, i, name - i));
		rep_mask(&b, rep_str_sub(s, name, end - name));
	}
	s = rep_arena_take(r->a, &b);
	return s.p != NULL ? s : (struct rep_str){ "", 0 };
}

static void
set_masked(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	struct rep_str s = masked_results(r, kept(r, f));

	memcpy(out, &s, sizeof s);
}

/* One more of a field that may be there several times. */
static void
add_text(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	struct rep_str s = kept(r, f), had;

	memcpy(&had, out, sizeof had);
	if (had.n > 0)
		s = rep_arena_printf(r->a, "%.*s; %.*s", REP_PR(had), REP_PR(s));
	if (s.p != NULL && s.n <= REP_FAILURE_VALUE)
		memcpy(out, &s, sizeof s);
	else
		fault(r, REP_FAULT_LONG, f);
}

static void
word(struct rep_failure_fields *r, void *out, const struct rep_word_list *list,
    const struct failure_field *f)
{
	struct failure_field whole = *f;
	struct rep_said *said = out;

	whole.value = kept(r, f);
	if (!rep_word_parse(list, whole.value, said))
		fault(r, REP_FAULT_WORD, f);
}

static void
set_check(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	word(r, out, &rep_failed_checks, f);
}

static void
set_result(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	word(r, out, &rep_failed_results, f);
}

/* "none", or a list of "dkim" and "spf". */
static void
set_aligned(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	static const struct {
		struct rep_str word;
		uint8_t bit;
	} words[] = { { { "none", 4 }, REP_ALIGNED_NONE }, { { "dkim", 4 }, REP_ALIGNED_DKIM },
		{ { "spf", 3 }, REP_ALIGNED_SPF } };
	uint8_t *bits = out;
	size_t comma;

	for (size_t i = 0; i < f->value.n; i = comma + 1) {
		struct rep_str one;
		size_t k = 0;

		comma = rep_str_chr(f->value, ',', i);
		comma = comma == SIZE_MAX ? f->value.n : comma;
		one = rep_str_trim(rep_str_sub(f->value, i, comma - i));
		while (k < REP_COUNT(words) && !rep_str_eq_nocase(one, words[k].word))
			k++;
		if (k < REP_COUNT(words))
			*bits |= words[k].bit;
		else
			fault(r, REP_FAULT_WORD, f);
	}
}

int64_t
rep_failure_date(struct rep_str s)
{
	int64_t at_s = rep_header_date(s);

	return at_s > 0 && at_s < last_s ? at_s : 0;
}

static void
set_date(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	int64_t at_s = rep_failure_date(f->value);

	if (at_s != 0)
		memcpy(out, &at_s, sizeof at_s);
	else
		fault(r, REP_FAULT_TIME, f);
}

/* Some write the host's name behind the address. */
static void
set_ip(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	struct rep_str s = f->value;
	struct rep_ip ip = { .version = 0 };
	size_t n = 0;

	while (n < s.n && !rep_blank(s.p[n]))
		n++;
	if (!rep_ip_parse(rep_str_sub(s, 0, n), &ip))
		memset(&ip, 0, sizeof ip);
	if (ip.version == 0 || n < s.n)
		fault(r, REP_FAULT_ADDRESS, f);
	memcpy(out, &ip, sizeof ip);
}

static void
set_number(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	uint32_t *v = out;
	uint64_t n;

	if (rep_str_u64(f->value, UINT32_MAX, &n) && n > 0)
		*v = (uint32_t)n;
	else
		fault(r, REP_FAULT_NUMBER, f);
}

static void
set_named(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	bool *named = out;

	(void)r;
	*named = *named || f->value.n > 0;
}

static void
set_nothing(struct rep_failure_fields *r, void *out, const struct failure_field *f)
{
	(void)r;
	(void)out;
	(void)f;
}

/* --- the table ------------------------------------------------------------------------------------------- */

enum { WANTED = 1, MANY = 2, OF_DMARC = 4 };
#define AT(field) offsetof(struct rep_failure_fields, field)

/*
 * Wanted: RFC 5965 3.1 and RFC 6591 3.1 require them; Source-IP and Reported-Domain because a report says little without.
 * Of DMARC: RFC 9991 requires it there.
 */
static const struct {
	const char *name;
	void (*set)(struct rep_failure_fields *, void *, const struct failure_field *);
	size_t at;
	unsigned flags;
} table[] = {
	{ "Feedback-Type", set_nothing, 0, 0 },
	{ "User-Agent", set_text, AT(out.user_agent), WANTED },
	{ "Version", set_nothing, 0, WANTED },
	{ "Auth-Failure", set_check, AT(out.check), WANTED },
	{ "Authentication-Results", set_masked, AT(out.auth_results), WANTED },
	{ "Reported-Domain", set_text, AT(out.reported_domain), WANTED },
	{ "Source-IP", set_ip, AT(out.source_ip), WANTED },
	{ "Identity-Alignment", set_aligned, AT(out.aligned), OF_DMARC },
	{ "Delivery-Result", set_result, AT(out.result), 0 },
	{ "Arrival-Date", set_date, AT(out.arrival_s), 0 },
	{ "Received-Date", set_date, AT(out.arrival_s), 0 },
	{ "Incidents", set_number, AT(out.incidents), 0 },
	{ "Original-Mail-From", set_text, AT(sender), 0 },
	{ "Original-Rcpt-To", set_named, AT(out.envelope_to), MANY },
	{ "DKIM-Domain", set_text, AT(out.dkim_domain), 0 },
	{ "DKIM-Identity", set_text, AT(identity), 0 },
	{ "DKIM-Selector", set_text, AT(out.dkim_selector), 0 },
	{ "SPF-DNS", add_text, AT(out.spf_dns), MANY },
	{ "Message-ID", set_text, AT(out.message_id), 0 },
};
_Static_assert(REP_COUNT(table) <= 64, "each field has a bit");

void
rep_failure_field(struct rep_failure_fields *r, struct rep_str name, struct rep_str written,
    struct rep_str value, uint64_t offset)
{
	const struct failure_field f = { written, rep_str_trim(value), offset };

	for (size_t i = 0; i < REP_COUNT(table); i++) {
		uint64_t bit = UINT64_C(1) << i;

		if (!rep_str_eq_nocase(name, rep_str_c(table[i].name)))
			continue;
		if ((r->got & bit) != 0 && (table[i].flags & MANY) == 0)
			fault(r, REP_FAULT_TWICE, &f);
		else if (f.value.n > 0)
			table[i].set(r, (char *)r + table[i].at, &f);
		r->got |= bit;
		return;
	}
}

void
rep_failure_missing(struct rep_failure_fields *r)
{
	bool dmarc = r->out.check.v == REP_FAILED_DMARC;

	for (size_t i = 0; i < REP_COUNT(table); i++)
		if ((r->got & UINT64_C(1) << i) == 0 &&
		    ((table[i].flags & WANTED) != 0 || (dmarc && (table[i].flags & OF_DMARC) != 0)))
			rep_fault_add(
			    r->f, REP_FAULT_MISSING, rep_str_c(table[i].name), REP_S(""), 0);
}

/* --- whose addresses ------------------------------------------------------------------------------------- */

/* Whether an address is one of the domain, or of a part of it, and carries no other in it (VERP, SRS). */
static bool
of_domain(struct rep_str addr, struct rep_str domain)
{
	struct rep_str d = rep_addr_domain(addr);

	return domain.n > 0 && rep_str_ends_nocase(d, domain) &&
	    (d.n == domain.n || d.p[d.n - domain.n - 1] == '.') &&
	    rep_str_chr(rep_addr_local(addr), '=', 0) == SIZE_MAX;
}

/* An address, or what is written instead of one ("@shop.example"). */
static struct rep_str
shown(struct rep_failure_fields *r, struct rep_str s)
{
	struct rep_str addr = rep_addr_first(s);

	if (addr.n == 0)
		return rep_str_eq(s, REP_S("<>")) ? s : masked(r, s);
	return of_domain(addr, r->out.reported_domain) ? addr : masked(r, addr);
}

void
rep_failure_senders(struct rep_failure_fields *r)
{
	r->out.envelope_from = r->sender.n > 0 ? shown(r, r->sender) : r->sender;
	r->out.dkim_identity = r->identity.n > 0 ? shown(r, r->identity) : r->identity;
}

static bool
has(struct rep_str s, struct rep_str part)
{
	return part.n > 0 && rep_str_find_nocase(s, part, 0) != SIZE_MAX;
}

/* Whether what is before the last '@' of a Message-ID may name a person: "jo=private.example.123", or the recipient's parts. */
static bool
names_a_person(struct rep_str id, struct rep_str to)
{
	struct rep_str own = rep_str_sub(id, 0, rep_str_rchr(id, '@'));

	return rep_str_chr(own, '=', 0) != SIZE_MAX || rep_str_chr(own, '%', 0) != SIZE_MAX ||
	    rep_str_chr(own, '!', 0) != SIZE_MAX || rep_str_chr(own, '@', 0) != SIZE_MAX ||
	    (has(own, rep_addr_local(to)) && has(id, rep_addr_domain(to)));
}

void
rep_failure_message_id(struct rep_failure_fields *r, struct rep_str id, struct rep_str to)
{
	struct rep_str bare = rep_str_sub(id, 0, REP_FAILURE_VALUE);
	struct rep_buf b;

	r->out.message_id = bare;
	if (!names_a_person(bare, to))
		return;
	while (bare.n > 0 && bare.p[0] == '<')
		bare = rep_str_sub(bare, 1, bare.n);
	while (bare.n > 0 && bare.p[bare.n - 1] == '>')
		bare.n--;
	rep_buf_init(&b, 2 * REP_FAILURE_VALUE);
	rep_buf_addc(&b, '<');
	rep_mask_address(&b, bare);
	rep_buf_addc(&b, '>');
	r->out.message_id = rep_arena_take(r->a, &b);
	if (r->out.message_id.p == NULL)
		r->out.message_id = (struct rep_str){ "", 0 };
}
