/* SPDX-License-Identifier: Apache-2.0 */
/* lines.c -- the log as Postfix writes it (RFC 3339 stamps), and complaints as ARF mails. */
#include "worlds.h"

#include <string.h>
#include <time.h>

const struct word words[] = {
#define WORD(id, provider, stage, code, dsn, group, how, r, o, h, a, i, v, c, p, text) \
	{ #id, provider, stage, code, dsn, (group), how, { r, o, h, a, i, v, c, p }, text },
#include "words.inc"
#undef WORD
};
const unsigned n_words = N_OF(words);

static const struct {
	const char *domains[3];
	const char *host; /* %u: a number, %s: the recipient's domain with dashes */
	uint32_t ip;
	const char *ok;
} mx[N_PROVIDERS] = {
	{ { "hotmail.com", "outlook.com", "live.com" }, "%s.olc.protection.outlook.com",
	    104U << 24 | 47U << 16 | 12U << 8, "250 2.6.0 Queued mail for delivery -> 250 2.1.5" },
	{ { "gmail.com", "gmail.com", "googlemail.com" }, "gmail-smtp-in.l.google.com",
	    142U << 24 | 250U << 16 | 27U << 8, "250 2.0.0 OK  1760000000 - gsmtp" },
	{ { "yahoo.com", "yahoo.fr", "aol.com" }, "mta5.am0.yahoodns.net",
	    67U << 24 | 195U << 16 | 228U << 8, "250 ok dirdel" },
	{ { "gmx.de", "gmx.net", "web.de" }, "mx00.emig.gmx.net",
	    212U << 24 | 227U << 16 | 15U << 8, "250 Requested mail action okay, completed" },
	{ { "orange.fr", "wanadoo.fr", "orange.fr" }, "smtp-in.orange.fr",
	    80U << 24 | 12U << 16 | 26U << 8, "250 2.0.0 mail accepted for delivery" },
	{ { "t-online.de", "magenta.de", "t-online.de" }, "mx00.t-online.de",
	    194U << 24 | 25U << 16 | 134U << 8, "250 2.0.0 Message accepted." },
	{ { "firma.example", "werk.example", "atelier.example" }, "%s.mail.protection.outlook.com",
	    52U << 24 | 101U << 16 | 40U << 8, "250 2.6.0 Queued mail for delivery" },
	{ { "verein.example", "schule.example", "kanzlei.example" }, "mx.%s",
	    151U << 24 | 64U << 16 | 2U << 8, "250 2.0.0 Ok: queued as 4F1A" },
	{ { "gmail.com", "hotmail.com", "orange.fr" }, "email-smtp.eu-west-1.amazonaws.com",
	    54U << 24 | 72U << 16 | 8U << 8, "250 Ok 0102019a-b1f2" },
};

static void
stamp(const struct world *w, unsigned source, int64_t at_ms, const char *program, unsigned pid)
{
	int64_t ms = at_ms + w->sources[source].skew_ms;
	time_t s = (time_t)(ms / 1000);
	static time_t last;
	static char text[24];

	if (s != last) {
		struct tm t;

		gmtime_r(&s, &t);
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
		last = s;
	}
	fprintf(w->log, "%s.%06d+00:00 %s postfix/%s[%u]: ", text, (int)(ms % 1000) * 1000,
	    w->sources[source].host, program, pid);
}

static void
put_id(FILE *out, const struct message *m)
{
	fprintf(out, "%05X4%05X", (unsigned)(m->in_ms * 7919 % 1000000), m->number & 0xfffff);
}

static const char *
domain_of(const struct message *m)
{
	return mx[m->provider].domains[m->who % 3];
}

static void
put_to(FILE *out, const struct message *m)
{
	static const char *const names[] = { "anna", "louis", "marta", "jonas", "lea", "paul",
		"ines", "karl" };

	fprintf(out, "%s.%u@%s", names[m->who & 7], m->who >> 3, domain_of(m));
}

static void
put_from(const struct world *w, FILE *out, const struct message *m)
{
	const struct stream *s = &w->streams[m->stream];

	if (s->campaign)
		fprintf(out, "%s-b%u@%s", s->name, m->who, s->domain);
	else if (strcmp(s->name, "office") == 0)
		fprintf(out, "%c.weber@%s", 'a' + (char)(m->who % 5), s->domain);
	else
		fprintf(out, "%s@%s", s->name, s->domain);
}

static void
put_message_id(const struct world *w, FILE *out, const struct message *m)
{
	fprintf(out, "<%u.%u.%s@%s>", (unsigned)(m->in_ms / 1000), m->number,
	    w->streams[m->stream].name, w->streams[m->stream].domain);
}

static void
put_client(FILE *out, const struct message *m)
{
	static const char *const logins[] = { "shop", "crm", "auth", "marketing", "front",
		"billing", "monitor", "agency", "spring" };

	if (m->login >= MAX_STREAMS)
		fprintf(out, "unknown[45.83.%u.%u], sasl_method=LOGIN, sasl_username=%s",
		    m->login + 7U, m->who % 3 + 20, logins[(m->login + 3) % MAX_STREAMS]);
	else if (m->login % 3 == 0)
		fprintf(out, "app%u.shop.internal[10.0.0.%u]", m->login / 3 + 1U, m->login + 4U);
	else
		fprintf(out, "app1.shop.internal[10.0.0.4], sasl_method=PLAIN, sasl_username=%s",
		    logins[m->login]);
}

/* A message comes in. */
void
line_in(struct world *w, const struct message *m)
{
	FILE *f = w->log;
	unsigned pid = 2000 + (unsigned)(m->in_ms / HOUR_MS % 500);

	stamp(w, m->source, m->in_ms, "smtpd", pid);
	put_id(f, m);
	fputs(": client=", f);
	put_client(f, m);
	putc('\n', f);
	stamp(w, m->source, m->in_ms + 1, "cleanup", pid + 700);
	put_id(f, m);
	fputs(": message-id=", f);
	put_message_id(w, f, m);
	putc('\n', f);
	stamp(w, m->source, m->in_ms + 2, "qmgr", 911);
	put_id(f, m);
	fputs(": from=<", f);
	put_from(w, f, m);
	fprintf(f, ">, size=%u, nrcpt=1 (queue active)\n", 2000 + m->who % 30000);
}

static void
put_addr(FILE *out, uint32_t a)
{
	fprintf(out, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

static void
put_host(FILE *out, const struct message *m)
{
	const char *d = domain_of(m), *h = mx[m->provider].host;

	if (m->provider == OTHER)
		fprintf(out, "mx.%s", d);
	else if (strncmp(h, "%s", 2) == 0) {
		for (; *d != '\0'; d++)
			putc(*d == '.' ? '-' : *d, out);
		fputs(h + 2, out);
	} else
		fputs(h, out);
	putc('[', out);
	put_addr(out, mx[m->provider].ip + m->who % 3 + 20);
	putc(']', out);
}

static void
put_text(
    const struct world *w, FILE *out, const struct message *m, const struct word *t, int64_t at_ms)
{
	if (t->code != 0)
		fprintf(out, "%d %s%s", t->code, t->dsn, *t->dsn != '\0' ? " " : "");
	for (const char *p = t->text; *p != '\0'; p++) {
		if (*p != '%') {
			putc(*p, out);
			continue;
		}
		switch (*++p) {
		case 'a': put_addr(out, w->sources[m->source].addr); break;
		case 'r': put_to(out, m); break;
		case 'd': fputs(w->streams[m->stream].domain, out); break;
		default:
			fprintf(
			    out, "%06x", (unsigned)(at_ms * 2654435761 + m->number) & 0xffffffU);
		}
	}
}

static void
put_why(const struct world *w, const struct message *m, const struct word *t, int64_t at_ms)
{
	static const char *const commands[N_STAGES] = { "", "", "MAIL FROM command",
		"RCPT TO command", "end of DATA command" };
	FILE *f = w->log;

	if (t->stage == NET) {
		fputs("connect to ", f);
		put_host(f, m);
		fprintf(f, ":25: %s", t->text);
		return;
	}
	fputs("host ", f);
	put_host(f, m);
	fputs(t->stage == CONNECT ? " refused to talk to me: " : " said: ", f);
	put_text(w, f, m, t, at_ms);
	if (t->stage != CONNECT)
		fprintf(f, " (in reply to %s)", commands[t->stage]);
}

static void
removed(struct world *w, const struct message *m, int64_t at_ms)
{
	stamp(w, m->source, at_ms, "qmgr", 911);
	put_id(w->log, m);
	fputs(": removed\n", w->log);
}

/* An attempt, and what becomes of the message. */
void
line_out(struct world *w, const struct message *m, int64_t at_ms, uint8_t word)
{
	const struct word *t = word < n_words ? &words[word] : NULL;
	FILE *f = w->log;
	char program[24];

	if (word == EXPIRED) {
		stamp(w, m->source, at_ms, "qmgr", 911);
		put_id(f, m);
		fputs(": from=<", f);
		put_from(w, f, m);
		fputs(">, status=expired, returned to sender\n", f);
		removed(w, m, at_ms);
		return;
	}
	snprintf(program, sizeof program, "%s/smtp", w->sources[m->source].name);
	stamp(w, m->source, at_ms, program, 3000 + m->number % 40);
	put_id(f, m);
	fputs(": to=<", f);
	put_to(f, m);
	fputs(">, relay=", f);
	if (t != NULL && t->stage == NET)
		fputs("none", f);
	else {
		put_host(f, m);
		fputs(m->provider == RELAY ? ":587" : ":25", f);
	}
	fprintf(f,
	    ", delay=%.1f, delays=%.1f/0.01/0.2/0.3, dsn=", (double)(at_ms - m->in_ms) / 1000,
	    (double)(at_ms - m->in_ms) / 1000 - (m->tries > 0 ? 0.5 : 0.05));
	if (t == NULL) {
		fprintf(f, "2.0.0, status=sent (%s)\n", mx[m->provider].ok);
		removed(w, m, at_ms);
		return;
	}
	fprintf(f, "%s, status=%s (",
	    *t->dsn != '\0'	 ? t->dsn
		: t->code >= 500 ? "5.0.0"
				 : "4.0.0",
	    t->code >= 500 ? "bounced" : "deferred");
	put_why(w, m, t, at_ms);
	fputs(")\n", f);
	if (t->code >= 500) {
		stamp(w, m->source, at_ms, "bounce", 4100);
		put_id(f, m);
		fprintf(f, ": sender non-delivery notification: %05X5%05X\n",
		    (unsigned)(at_ms * 31 % 1000000), m->number & 0xfffff);
		removed(w, m, at_ms);
	}
}

static void
put_date(FILE *out, int64_t at_ms)
{
	time_t s = (time_t)(at_ms / 1000);
	struct tm t;
	char text[40];

	gmtime_r(&s, &t);
	strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &t);
	fputs(text, out);
}

/* One complaint in an mbox. */
void
line_complaint(struct world *w, const struct message *m, int64_t at_ms)
{
	FILE *f = w->feedback;
	bool ms = m->provider == MSC;
	const char *by = ms ? "hotmail.com" : "arf.mail.yahoo.com";

	fprintf(f, "From feedback@%s Thu Jan  1 00:00:00 1970\n", by);
	fprintf(f,
	    "From: <%s@%s>\nTo: <abuse@shop.example>\nSubject: complaint about message\nDate: ",
	    ms ? "staff" : "feedback", by);
	put_date(f, at_ms);
	fprintf(f,
	    "\nMessage-ID: <%u.c@%s>\nMIME-Version: 1.0\nContent-Type: multipart/report;"
	    " report-type=feedback-report; boundary=\"b1\"\n\n",
	    m->number, by);
	fputs("--b1\nContent-Type: text/plain\n\nThis is a complaint about a message.\n\n--b1\n"
	      "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
	      "User-Agent: Feedback/1.0\nVersion: 1\nSource-IP: ",
	    f);
	put_addr(f, w->sources[m->source].addr);
	fputs("\nArrival-Date: ", f);
	put_date(f, m->in_ms);
	fprintf(f, "\nReported-Domain: %s\n\n--b1\nContent-Type: message/rfc822\n\nMessage-ID: ",
	    w->streams[m->stream].domain);
	put_message_id(w, f, m);
	fprintf(f, "\nFrom: <%s@%s>\nTo: <redacted@%s>\nSubject: hello\nDate: ",
	    w->streams[m->stream].name, w->streams[m->stream].domain, domain_of(m));
	put_date(f, m->in_ms);
	fputs("\n\n--b1--\n\n", f);
}
