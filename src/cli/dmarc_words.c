/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/dmarc_words.h"
#include "base/one_line.h"
#include "base/time.h"
#include "cli/out.h"

struct rep_str
rep_dmarc_name(const struct rep_reports_answer *r, uint32_t name)
{
	return rep_reported_name(&r->reported, name);
}

struct rep_str
rep_dmarc_shown(const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a)
{
	char line[300];

	return rep_arena_printf(
	    a, "%s", rep_one_line(rep_dmarc_name(r, name), NULL, 0, line, sizeof line));
}

uint64_t
rep_dmarc_failed(const struct rep_report_sums *s)
{
	return s->messages - s->passed;
}

bool
rep_dmarc_to_mend(const struct rep_report_source *s)
{
	return rep_dmarc_failed(&s->sums) > 0 && s->wanted;
}

void
rep_dmarc_add_percent(struct rep_buf *b, uint64_t part, uint64_t of)
{
	double v = of == 0 ? 100 : 100.0 * (double)part / (double)of;

	/* What is not all is never shown as all, and what is not nothing never as nothing. */
	if (part < of && v > 99.9)
		v = 99.9;
	if (part > 0 && v < 0.1)
		v = 0.1;
	rep_buf_printf(b, part == of || part == 0 ? "%.0f %%" : "%.1f %%", v);
}

struct rep_str
rep_dmarc_percent(struct rep_arena *a, uint64_t part, uint64_t of)
{
	struct rep_buf b;
	struct rep_str s;

	rep_buf_init(&b, 32);
	rep_dmarc_add_percent(&b, part, of);
	s = rep_arena_take(a, &b);
	return s.p != NULL ? s : REP_S("?");
}

struct rep_str
rep_dmarc_receiver(const struct rep_reports_answer *r, uint32_t name, struct rep_arena *a)
{
	char line[300];

	return rep_arena_printf(a, "%s",
	    rep_one_line(rep_reported_spelling(&r->reported, name), NULL, 0, line, sizeof line));
}

struct rep_str
rep_dmarc_called(
    const struct rep_reports_answer *r, const struct rep_report_source *s, struct rep_arena *a)
{
	char ip[REP_IP_TEXT];
	struct rep_str name = rep_dmarc_shown(r, s->name, a);

	if (s->name != 0 && s->who != REP_SENDER_OWN)
		return name;
	if (s->who == REP_SENDER_UNKNOWN)
		return REP_S("nobody vouches for it");
	if (s->ips == 1)
		return rep_arena_printf(a, "%s", rep_ip_text(&s->ip, ip));
	return rep_arena_printf(a, "%s and others", rep_ip_text(&s->ip, ip));
}

/* What is wrong with one half, in a clause. */
static void
add_half(struct rep_buf *b, const struct rep_reports_answer *r, bool dkim,
    enum rep_report_half half, uint32_t other, struct rep_arena *a)
{
	struct rep_str name = rep_dmarc_shown(r, other, a);
	const char *what = dkim ? "DKIM" : "SPF";

	switch (half) {
	case REP_HALF_NONE:
		rep_buf_printf(
		    b, "%s", dkim ? "no signature was found" : "SPF says nothing about it");
		break;
	case REP_HALF_UNALIGNED:
		rep_buf_printf(b, "%s passes, but for %.*s, which is not the domain in From", what,
		    REP_PR(name));
		break;
	case REP_HALF_FAILS: rep_buf_printf(b, "%s fails", what); break;
	case REP_HALF_ERROR:
		rep_buf_printf(b,
		    "%s ends in an error (a key or record that cannot be read, or a name server that does not answer)",
		    what);
		break;
	default: break;
	}
}

void
rep_dmarc_add_halves(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_source *s, struct rep_arena *a)
{
	struct rep_buf halves;

	rep_buf_init(&halves, 2000);
	add_half(&halves, r, true, s->dkim, s->dkim_other, a);
	rep_buf_printf(&halves, "; ");
	add_half(&halves, r, false, s->spf, s->spf_other, a);
	rep_out_sentence(b, rep_buf_str(&halves));
	rep_buf_fini(&halves);
}

const char *
rep_dmarc_half_word(enum rep_report_half v)
{
	static const char *const words[] = { NULL, "none", "unaligned", "fails", "error" };

	return (unsigned)v < REP_COUNT(words) ? words[v] : NULL;
}
