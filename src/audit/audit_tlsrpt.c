/*
 * TLS-RPT: what is wrong, and the one record that is right. What nearly is a record, or stands at another
 * name, is quoted; addresses in it are read as they were meant. What is printed was read by the parser of
 * auth/mta_sts.h first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/mail_inside.h"
#include "auth/tags.h"

#include <stdarg.h>

enum { URIS_MAX = 16384, FAULTS_MAX = 2048, SHOWN = 60 };

/* Where people publish it; "": at the domain itself. RFC 8460 (3): _smtp._tls. */
static const char *const wrong_names[] = { "", "_smtp-tls", "_tlsrpt", "_tls-rpt", "_smtp_tls",
	"smtp._tls", "_tls._smtp" };

/* What was read, and what of it can be used. */
struct tlsrpt_work {
	const struct rep_audit_in *in;
	const struct rep_dns_view *v;
	const struct rep_audit_mail *m;
	struct rep_findings *f;
	struct rep_buf uris;   /* good report addresses, each once */
	struct rep_buf meant;  /* those of one record, whether they are good or not */
	struct rep_buf faults; /* what is wrong with the way it is written */
	struct rep_str dead;   /* addresses that are lost, and why */
	bool known;
};

static void fault(struct tlsrpt_work *w, const char *fmt, ...) REP_PRINTF(2, 3);

static void
fault(struct tlsrpt_work *w, const char *fmt, ...)
{
	va_list ap;

	if (w->faults.n > 0)
		rep_buf_add(&w->faults, REP_S("; "));
	va_start(ap, fmt);
	rep_buf_vprintf(&w->faults, fmt, ap);
	va_end(ap);
}

static void
add_uri(struct rep_buf *list, struct rep_str uri)
{
	struct rep_str have = rep_buf_str(list), w;

	while (rep_tag_word(&have, ',', &w))
		if (rep_str_eq_nocase(w, uri))
			return;
	rep_buf_printf(list, "%s%.*s", list->n > 0 ? "," : "", REP_PR(uri));
}

/* --- as it was meant ----------------------------------------------------------------------------- */

static bool
separates(char c)
{
	return c <= ' ' || c > '~' || strchr(";,\"'<>()\\`", c) != NULL;
}

static bool
next_word(struct rep_str *rest, struct rep_str *word)
{
	size_t from = 0, to;

	while (from < rest->n && separates(rest->p[from]))
		from++;
	for (to = from; to < rest->n && !separates(rest->p[to]);)
		to++;
	*word = rep_str_sub(*rest, from, to - from);
	*rest = rep_str_sub(*rest, to, rest->n);
	return word->n > 0;
}

/* Takes "rua=" and what people write for it from the front of a word. */
static struct rep_str
without_tag(struct tlsrpt_work *w, struct rep_str word)
{
	bool forensic = rep_str_starts_nocase(word, REP_S("ruf"));

	if ((forensic || rep_str_starts_nocase(word, REP_S("rua"))) &&
	    (word.n == 3 || word.p[3] == '=' || word.p[3] == ':')) {
		if (forensic)
			fault(w, "TLS-RPT has no ruf=, only rua=");
		else if (!rep_str_starts(word, REP_S("rua")))
			fault(w, "rua= must be in lower case");
		word = rep_str_sub(word, 3, word.n);
	}
	while (word.n > 0 && (word.p[0] == '=' || word.p[0] == ':'))
		word = rep_str_sub(word, 1, word.n);
	return word;
}

/* One word that is an address or a URL; what it lacks is put in front. n == 0: it is neither. */
static struct rep_str
one_word(struct tlsrpt_work *w, struct rep_str word, bool *blank)
{
	struct rep_str shown = rep_shown(w->f->a, word, SHOWN), rest = word;
	bool after_blank = *blank;
	size_t bang;

	*blank = false;
	if (rep_str_starts_nocase(word, REP_S("https://")))
		return word;
	if (rep_str_starts_nocase(word, REP_S("http://"))) {
		fault(w, "%.*s: only https: may be used", REP_PR(shown));
		return rep_finding_text(w->f, "https://%.*s", rep_str_n(&rest) - 7, rest.p + 7);
	}
	if (rep_str_starts_nocase(word, REP_S("mailto:"))) {
		rest = rep_str_sub(word, 7, word.n);
		*blank = rest.n == 0;
	} else if (rep_str_chr(word, '@', 0) != SIZE_MAX && !after_blank) {
		fault(w, "%.*s has no mailto: in front", REP_PR(shown));
	} else if (after_blank) {
		fault(w, "there is a blank behind mailto:");
	}
	if (rep_str_chr(rest, '@', 0) == SIZE_MAX)
		return (struct rep_str){ "", 0 };
	if (rest.n > 0 && rest.p[0] == '/')
		fault(w, "mailto: has no // behind it");
	while (rest.n > 0 && rest.p[0] == '/')
		rest = rep_str_sub(rest, 1, rest.n);
	if ((bang = rep_str_chr(rest, '!', 0)) != SIZE_MAX) {
		fault(w, "%.*s: a size belongs to DMARC only", REP_PR(shown));
		rest = rep_str_sub(rest, 0, bang);
	}
	return rep_finding_text(w->f, "mailto:%.*s", REP_PR(rest));
}

/* All addresses in a text, whatever is around them. */
static void
anywhere(struct tlsrpt_work *w, struct rep_str text)
{
	struct rep_str word, uri;
	struct rep_tlsrpt r;
	bool blank = false;

	while (next_word(&text, &word)) {
		word = without_tag(w, word);
		uri = word.n > 0 ? one_word(w, word, &blank) : word;
		if (uri.n == 0)
			continue;
		rep_tlsrpt_parse(rep_finding_text(w->f, "v=TLSRPTv1; rua=%.*s", REP_PR(uri)), &r);
		if (r.good && r.n == 1)
			add_uri(&w->meant, uri);
	}
}

/* What senders expect in front. */
static void
version(struct tlsrpt_work *w, struct rep_str text)
{
	struct rep_str rest = rep_str_trim(rep_str_sub(text, 10, text.n)), word = text, shown;
	size_t end = 0;

	if (rep_tlsrpt_is_record(text)) {
		if (rest.n > 0 && rest.p[0] != ';')
			fault(w, "a semicolon is missing behind \"v=TLSRPTv1\"");
		return;
	}
	while (end < text.n && text.p[end] != ';' && (end == 0 || text.p[end] != ' '))
		end++;
	word = rep_str_sub(text, 0, end);
	shown = rep_shown(w->f->a, word, SHOWN);
	fault(w, "it begins with \"%.*s\", not with \"v=TLSRPTv1;\"", REP_PR(shown));
}

/* Why reports to the host are lost; NULL: they are not. False: not known yet. */
static bool
lost(const struct rep_tlsrpt *r, size_t i, const struct rep_dns_view *v, const char **why)
{
	enum rep_takes_mail takes = REP_TAKES_UNKNOWN;
	const struct rep_dns_answer *a, *aaaa;
	struct rep_name host;

	*why = NULL;
	if (!rep_name_raw(r->uri[i].host, &host))
		return true;
	if (r->uri[i].mail) {
		const char *reason = NULL;

		if (!rep_audit_takes_mail(&host, v, &takes, &reason))
			return false;
		if (takes == REP_TAKES_NONE)
			*why = reason;
		return true;
	}
	a = rep_dns_get(v, &host, REP_DNS_A);
	aaaa = rep_dns_get(v, &host, REP_DNS_AAAA);
	if (a == NULL || aaaa == NULL)
		return false;
	if (a->n + aaaa->n == 0 && !rep_dns_failed(a->state) && !rep_dns_failed(aaaa->state))
		*why = "it has no address";
	return true;
}

/* Takes the addresses that a text was meant to name, and tells which of them are lost. */
static void
take(struct tlsrpt_work *w, struct rep_str text)
{
	struct rep_str meant, uri;
	struct rep_tlsrpt r;
	const char *why;

	rep_buf_clear(&w->meant);
	rep_tlsrpt_parse(text, &r);
	if (!rep_tlsrpt_is_record(text) || !r.good) {
		version(w, text);
		anywhere(w, text);
		if (w->faults.n == 0) {
			uri = rep_shown(w->f->a, rep_str_c(r.why), sizeof r.why);
			fault(w, "%.*s", REP_PR(uri));
		}
		meant = rep_buf_str(&w->meant);
		rep_tlsrpt_parse(rep_finding_text(w->f, "v=TLSRPTv1; rua=%.*s", REP_PR(meant)), &r);
	}
	for (size_t i = 0; i < r.n; i++) {
		if (r.uri[i].host.n == 0)
			continue;
		if (!lost(&r, i, w->v, &why)) {
			w->known = false;
		} else if (why != NULL) {
			uri = rep_shown(w->f->a, r.uri[i].uri, 120);
			w->dead = rep_finding_text(w->f, "%.*s%s%.*s: %s", REP_PR(w->dead),
			    w->dead.n > 0 ? "; " : "", REP_PR(uri), why);
		} else {
			add_uri(&w->uris, r.uri[i].uri);
		}
	}
}

/* --- what to publish ----------------------------------------------------------------------------- */

/* The name at the end of an alias belongs to whoever runs that: nothing is published beside an alias. */
static bool
at_alias(const struct tlsrpt_work *w, struct rep_finding *x, struct rep_str *at)
{
	const struct rep_dns_answer *ans = w->m->tlsrpt.answer;
	char target[REP_NAME_TEXT];

	if (ans == NULL || ans->cnames == 0)
		return false;
	rep_name_text(&ans->canonical, target);
	*at = rep_arena_dup(w->f->a, rep_str_c(target));
	if (rep_dmarc_same_org(&w->in->domain, &ans->canonical))
		return false;
	x->fix = rep_finding_text(w->f,
	    "_smtp._tls.%.*s is an alias (CNAME) of %s: ask who runs that to correct the record "
	    "there, or remove the alias and publish a record of your own",
	    REP_PR(w->in->domain_text), target);
	return true;
}

/* The one record with all addresses that work, else with one in the domain, if it takes mail. */
static void
publish(struct tlsrpt_work *w, struct rep_str words, struct rep_finding *x)
{
	struct rep_str uris = rep_buf_str(&w->uris), quoted, record;
	struct rep_str at = rep_finding_text(w->f, "_smtp._tls.%.*s", REP_PR(w->in->domain_text));
	struct rep_str then = rep_str_or(words, REP_S("publish this record:"));
	struct rep_tlsrpt r;

	if (at_alias(w, x, &at))
		return;
	record = uris.n > 0 ? rep_finding_text(w->f, "v=TLSRPTv1; rua=%.*s", REP_PR(uris))
			    : rep_finding_text(w->f, "v=TLSRPTv1; rua=mailto:tlsrpt@%.*s",
				  REP_PR(w->in->domain_text));
	rep_tlsrpt_parse(record, &r);
	if (!r.good || (uris.n == 0 && w->m->takes != REP_TAKES_MAIL)) {
		x->fix = rep_finding_text(w->f,
		    "name a report address that takes mail (rua=mailto:...), in this domain or in "
		    "another");
		return;
	}
	x->fix = uris.n > 0 && w->dead.n > 0
	    ? rep_finding_text(w->f, "left out is what leads nowhere (%.*s). So %.*s",
		  REP_PR(w->dead), REP_PR(words))
	    : uris.n > 0
	    ? words
	    : rep_finding_text(w->f,
		  "make sure that the mailbox tlsrpt@%.*s exists, or put an address that you read "
		  "in its place. Then %.*s",
		  REP_PR(w->in->domain_text), REP_PR(then));
	quoted = rep_txt_quoted(w->f->a, record);
	rep_finding_publish(w->f, x, "%.*s. IN TXT %.*s", REP_PR(at), REP_PR(quoted));
}

/* --- findings ------------------------------------------------------------------------------------ */

/* Whether a text was meant as a record. Where nothing else stands, rua= alone shows it. */
static bool
resembles(struct rep_str txt, bool at_its_name)
{
	return rep_str_find_nocase(txt, REP_S("tlsrpt"), 0) != SIZE_MAX ||
	    rep_str_find_nocase(txt, REP_S("tls-rpt"), 0) != SIZE_MAX ||
	    (at_its_name && !rep_dmarc_is_record(txt) &&
		(rep_str_find_nocase(txt, REP_S("rua="), 0) != SIZE_MAX ||
		    rep_str_find_nocase(txt, REP_S("ruf="), 0) != SIZE_MAX));
}

static struct rep_str
meant_in(const struct rep_dns_answer *ans, bool at_its_name)
{
	for (size_t i = 0; ans != NULL && i < ans->n; i++)
		if (resembles(ans->rr[i]->data, at_its_name))
			return ans->rr[i]->data;
	return (struct rep_str){ "", 0 };
}

/* Text at the right name that senders do not read as a record. */
static bool
near_miss(struct tlsrpt_work *w)
{
	struct rep_str text = meant_in(w->m->tlsrpt.answer, true), shown, faults;

	if (text.n == 0)
		return false;
	take(w, text);
	shown = rep_shown(w->f->a, text, 200);
	faults = rep_buf_str(&w->faults);
	publish(w, REP_S("senders do not read it as a record. Replace it by:"),
	    rep_finding_add(w->f, REP_FINDING_TLS_RPT_SYNTAX, w->in->domain_text,
		rep_finding_text(w->f, "\"%.*s\": %.*s", REP_PR(shown), REP_PR(faults))));
	return true;
}

/* A record where nobody looks for it. */
static void
at_wrong_name(struct tlsrpt_work *w)
{
	const struct rep_dns_answer *ans;
	char at[REP_NAME_TEXT];
	struct rep_finding *x;
	struct rep_str text, shown;
	struct rep_name name;

	for (size_t i = 0; i < REP_COUNT(wrong_names); i++) {
		name = w->in->domain;
		if (wrong_names[i][0] != '\0' &&
		    !rep_name_join(rep_str_c(wrong_names[i]), &w->in->domain, &name))
			continue;
		if ((ans = rep_dns_get(w->v, &name, REP_DNS_TXT)) == NULL) {
			w->known = false;
			continue;
		}
		if ((text = meant_in(ans, false)).n == 0)
			continue;
		take(w, text);
		shown = rep_shown(w->f->a, text, 200);
		x = rep_finding_add(w->f, REP_FINDING_RECORD_AT_WRONG_NAME, w->in->domain_text,
		    rep_finding_text(w->f,
			"TXT of %s: \"%.*s\"; senders look for it at _smtp._tls.%.*s",
			rep_name_text(&name, at), REP_PR(shown), REP_PR(w->in->domain_text)));
		x->severity = REP_WARNING;
		x->reference = "RFC 8460, 3";
		publish(w, REP_S("remove it there, and publish it here:"), x);
		return;
	}
}

/* The record or the records, and why they cannot be read. n == 0: they can. */
static struct rep_str
why_none(struct tlsrpt_work *w)
{
	const struct rep_audit_txt *t = &w->m->tlsrpt;
	struct rep_str out = rep_shown(w->f->a, t->v[0], 200), next = rep_buf_str(&w->faults);

	if (t->n == 1)
		return next.n == 0
		    ? next
		    : rep_finding_text(w->f, "\"%.*s\": %.*s", REP_PR(out), REP_PR(next));
	for (size_t i = 1; i < t->n && i < REP_AUDIT_MAX_TXT; i++) {
		next = rep_shown(w->f->a, t->v[i], 200);
		out = rep_finding_text(w->f, "%.*s | %.*s", REP_PR(out), REP_PR(next));
	}
	return rep_finding_text(w->f,
	    "%zu records, and where there is not exactly one, senders act as if there were none: "
	    "%.*s",
	    t->n, REP_PR(out));
}

static void
of_records(struct tlsrpt_work *w)
{
	struct rep_str why;

	for (size_t i = 0; i < w->m->tlsrpt.n && i < REP_AUDIT_MAX_TXT; i++)
		take(w, w->m->tlsrpt.v[i]);
	why = why_none(w);
	if (why.n > 0)
		publish(w,
		    w->m->tlsrpt.n > 1 ? REP_S("replace all of them by this one record:")
				       : REP_S("replace the record by:"),
		    rep_finding_add(w->f, REP_FINDING_TLS_RPT_SYNTAX, w->in->domain_text, why));
}

/* An alias that leads nowhere: what was meant stands with whoever runs its target. */
static bool
dead_alias(struct tlsrpt_work *w)
{
	struct rep_finding *x;

	if (!rep_txt_dead_alias(&w->m->tlsrpt))
		return false;
	x = rep_finding_add(w->f, REP_FINDING_TLS_RPT_SYNTAX, w->in->domain_text,
	    rep_dead_alias_text(w->f, &w->m->tlsrpt, "_smtp._tls", w->in));
	x->effect = "Nobody gets reports on TLS failures.";
	publish(w, REP_S("publish this record where the alias leads:"), x);
	return true;
}

bool
rep_tlsrpt_findings(const struct rep_audit_in *in, const struct rep_dns_view *v,
    const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct tlsrpt_work w = { .in = in, .v = v, .m = m, .f = f, .known = true };

	rep_buf_init(&w.uris, URIS_MAX);
	rep_buf_init(&w.meant, URIS_MAX);
	rep_buf_init(&w.faults, FAULTS_MAX);
	if (m->tlsrpt.n > 0) {
		of_records(&w);
	} else if (!m->tlsrpt.failed && !dead_alias(&w) && !near_miss(&w)) {
		at_wrong_name(&w);
		if (m->sts.n > 0)
			publish(&w, REP_S(""),
			    rep_finding_add(f, REP_FINDING_TLS_RPT_MISSING, in->domain_text,
				REP_S("there is MTA-STS, but no TLS-RPT")));
	}
	if (w.dead.n > 0)
		publish(&w, REP_S("replace the record by:"),
		    rep_finding_add(f, REP_FINDING_TLS_RPT_RUA, in->domain_text, w.dead));
	rep_buf_fini(&w.uris);
	rep_buf_fini(&w.meant);
	rep_buf_fini(&w.faults);
	return w.known;
}
