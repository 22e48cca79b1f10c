/*
 * Reads the words of a notice: which address failed, what was said, where the original begins.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/bounce.h"
#include "mail/addr.h"
#include "mail/smtp_reply.h"

enum { REPLY_MAX = 2000, LINES_NEAR = 12 };

struct text_line {
	struct rep_str s; /* without its end and without blanks around it */
	size_t from, to;  /* of the whole line, in the text */
};

static bool
next_line(struct rep_str text, size_t *i, struct text_line *l)
{
	size_t nl;

	if (*i >= text.n)
		return false;
	nl = rep_str_chr(text, '\n', *i);
	l->from = *i;
	l->to = nl == SIZE_MAX ? text.n : nl + 1;
	l->s = rep_str_trim(rep_str_sub(text, l->from, l->to - l->from));
	*i = l->to;
	return true;
}

#define HAS_ANY(s, table) rep_str_has_any_nocase(s, table, REP_COUNT(table))

/* A copy in lower case: memmem looks for many words in it. */
static struct rep_str
lower_copy(struct rep_str s, struct rep_arena *a)
{
	char *p = rep_arena_alloc(a, s.n + 1);

	if (p == NULL)
		return (struct rep_str){ "", 0 };
	for (size_t i = 0; i < s.n; i++)
		p[i] = rep_lower(s.p[i]);
	return (struct rep_str){ p, s.n };
}

/* The position of the first of the words (in lower case) that the text contains. SIZE_MAX: none. */
static size_t
first_of(struct rep_str lower, const char *const *words, size_t n)
{
	size_t first = SIZE_MAX, at;

	for (size_t i = 0; i < n; i++) {
		at = rep_str_find(lower, rep_str_c(words[i]), 0);
		if (at < first)
			first = at;
	}
	return first;
}

/* --- the text of a notice -------------------------------------------------------------------- */

static const struct {
	const char *entity;
	char c;
} entities[] = { { "&lt;", '<' }, { "&gt;", '>' }, { "&amp;", '&' }, { "&nbsp;", ' ' },
	{ "&quot;", '"' }, { "&#64;", '@' }, { "&#39;", '\'' }, { "&#43;", '+' } };

static size_t
entity_at(struct rep_str s, size_t i, char *c)
{
	for (size_t k = 0; k < REP_COUNT(entities); k++) {
		struct rep_str e = rep_str_c(entities[k].entity);

		if (rep_str_starts_nocase(rep_str_sub(s, i, e.n), e)) {
			*c = entities[k].c;
			return e.n;
		}
	}
	return 0;
}

static bool
ends_line(struct rep_str tag)
{
	static const char *const tags[] = { "br", "p", "/p", "div", "/div", "tr", "/tr", "li",
		"/li", "td", "/td", "h1", "h2", "h3", "/h1", "/h2", "/h3", "table", "/table", "pre",
		"hr" };
	size_t n = 0;

	while (n < tag.n && (rep_alnum(tag.p[n]) || (n == 0 && tag.p[n] == '/')))
		n++;
	for (size_t i = 0; i < REP_COUNT(tags); i++)
		if (rep_str_eq_nocase(rep_str_sub(tag, 0, n), rep_str_c(tags[i])))
			return true;
	return false;
}

/* The words of HTML: without tags (some become line ends), styles and scripts. */
static void
add_html(struct rep_buf *out, struct rep_str s)
{
	size_t i = 0, end, used;
	char c;

	while (i < s.n) {
		if (s.p[i] == '<') {
			struct rep_str tag;

			/* "<jo@example.com>" that was not escaped is an address, not a tag */
			end = rep_str_chr(s, '>', i);
			if (end == SIZE_MAX)
				return;
			tag = rep_str_sub(s, i + 1, end - i - 1);
			if (tag.n < 250 && rep_str_chr(tag, '@', 0) != SIZE_MAX &&
			    rep_str_chr(tag, ' ', 0) == SIZE_MAX) {
				rep_buf_add(out, rep_str_sub(s, i, tag.n + 2));
			} else if (rep_str_starts_nocase(tag, REP_S("style")) ||
			    rep_str_starts_nocase(tag, REP_S("script"))) {
				size_t close = rep_str_find_nocase(s,
				    rep_lower(tag.p[1]) == 't' ? REP_S("</style")
							       : REP_S("</script"),
				    end);

				end = close == SIZE_MAX ? s.n : rep_str_chr(s, '>', close);
			} else if (ends_line(tag)) {
				rep_buf_addc(out, '\n');
			}
			i = end >= s.n ? s.n : end + 1;
		} else if (s.p[i] == '&' && (used = entity_at(s, i, &c)) > 0) {
			rep_buf_addc(out, c);
			i += used;
		} else {
			/* A line end within HTML is a blank. */
			rep_buf_addc(out, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
			i++;
		}
	}
	rep_buf_addc(out, '\n');
}

/* ISO-2022: bytes between its escapes look like ASCII, but are not. */
static void
add_plain(struct rep_buf *out, struct rep_str s)
{
	size_t i = 0, esc;

	while (i < s.n) {
		esc = rep_str_find(s, REP_S("\033$"), i);
		if (esc == SIZE_MAX) {
			rep_buf_add(out, rep_str_sub(s, i, s.n));
			break;
		}
		rep_buf_add(out, rep_str_sub(s, i, esc - i));
		i = rep_str_find(s, REP_S("\033("), esc);
		i = i == SIZE_MAX ? s.n : i + 3;
		rep_buf_add(out, REP_S(" \xe3\x80\x93 ")); /* one mark for the words left out */
	}
	rep_buf_addc(out, '\n');
}

static void
gather(const struct rep_mime *m, int root, bool html, struct rep_buf *out)
{
	for (size_t i = (size_t)root + 1; i < m->n; i++) {
		const struct rep_mime_part *p = &m->parts[i];

		if (p->within != root)
			continue;
		if (p->message || rep_str_eq(p->type, REP_S("text/rfc822-headers"))) {
			if (out->n > 0)
				return;
			continue;
		}
		if (rep_str_eq(p->type, REP_S("text/html"))) {
			if (html)
				add_html(out, p->body);
		} else if (!html && rep_str_starts(p->type, REP_S("text/"))) {
			add_plain(out, p->body);
		}
	}
}

/* --- where the original begins ----------------------------------------------------------------- */

static bool
header_name(struct rep_str line, bool *telling)
{
	static const char *const known[] = { "Received", "Return-Path", "Message-ID",
		"MIME-Version", "From", "To", "Date", "Subject", "DKIM-Signature", "Content-Type",
		"Reply-To", "X-Mailer", "X-Originating-IP", "Delivered-To", "Sender", "Cc" };
	size_t colon = rep_str_chr(line, ':', 0);

	*telling = false;
	if (colon == SIZE_MAX || colon > 40)
		return false;
	for (size_t i = 0; i < REP_COUNT(known); i++)
		if (rep_str_eq_nocase(rep_str_sub(line, 0, colon), rep_str_c(known[i]))) {
			*telling = i < 4;
			return true;
		}
	return false;
}

/*
 * True when a block of header fields begins here: three soon follow, and one is a field that only
 * mail has.
 */
static bool
block_begins(struct rep_str text, size_t at)
{
	struct text_line l;
	unsigned found = 0, told = 0, lines = 0;
	bool telling;

	while (lines < 40 && next_line(text, &at, &l)) {
		bool folded = text.p[l.from] == ' ' || text.p[l.from] == '\t';

		lines++;
		if (l.s.n == 0)
			break;
		if (folded)
			continue;
		if (header_name(l.s, &telling)) {
			found++;
			told += telling;
		} else if (rep_str_chr(l.s, ':', 0) == SIZE_MAX) {
			break;
		}
		if (found >= 3 && told >= 1)
			return true;
	}
	return false;
}

static bool
is_marker(struct rep_str line)
{
	static const char *const markers[] = { "is a copy of the", "a copy of the original message",
		"original message follows", "message follows", "original message -",
		"-original message", "- original message", "returned message",
		"original message headers", "original message headers:", "message headers follow",
		"header of the original", "message header follows", "copy of the message header",
		"headers of the original", "original message header", "original mail follows",
		"undelivered message", "text of message", "returned mail follows", "begin message",
		"body of the original", "header follows", "unsent message", "your message reads",
		"content-type: message/rfc822" };
	static const char *const common[] = { "message", "header", "mail follows" };

	/* Each mark contains one of three words, and most lines contain none of them. */
	if (line.n <= 10 || line.n >= 120 || !HAS_ANY(line, common))
		return false;
	/* "delete your own text from the attached returned message": Postfix, above the reply */
	return rep_str_find_nocase(line, REP_S("from the attached "), 0) == SIZE_MAX &&
	    HAS_ANY(line, markers);
}

static bool
is_bounce(const struct rep_headers *h)
{
	struct rep_str from = rep_header(h, "From");

	return rep_str_find_nocase(from, REP_S("mailer-daemon"), 0) != SIZE_MAX;
}

/* The notice's own words. *original gets the header block below them, if there is one. */
static struct rep_str
cut_original(struct rep_str text, struct rep_arena *a, struct rep_headers *original)
{
	struct text_line l;
	size_t i = 0, marked = SIZE_MAX, used, begin = 0;
	bool telling;

	while (next_line(text, &i, &l)) {
		if (marked == SIZE_MAX && is_marker(l.s))
			marked = l.from;
		if (l.s.n == 0 || text.p[l.from] == ' ' || text.p[l.from] == '\t')
			continue;
		if (header_name(l.s, &telling) && block_begins(text, l.from)) {
			*original = rep_headers_parse(rep_str_sub(text, l.from, text.n), a, &used);
			if (begin == 0 && is_bounce(original)) {
				/* a bounce forwarded as text: read its words */
				i = begin = l.from + used;
				marked = SIZE_MAX;
				*original = (struct rep_headers){ NULL, 0 };
				continue;
			}
			used = marked != SIZE_MAX && l.from - marked < 400 ? marked : l.from;
			return rep_str_sub(text, begin, used - begin);
		}
	}
	/* There is a mark, but nothing can be read below it. The words before it are used. */
	if (marked != SIZE_MAX && marked > begin + 80)
		return rep_str_sub(text, begin, marked - begin);
	return rep_str_sub(text, begin, text.n);
}

/* --- what kind of news --------------------------------------------------------------------------- */

static const struct {
	const char *words;
	enum rep_action action;
	bool expired;
} tells[] = {
	{ "has not yet been delivered", REP_ACTION_DELAYED, false },
	{ "not yet been delivered", REP_ACTION_DELAYED, false },
	{ "warning message only", REP_ACTION_DELAYED, false },
	{ "do not need to resend", REP_ACTION_DELAYED, false },
	{ "don't need to resend", REP_ACTION_DELAYED, false },
	{ "will continue to try", REP_ACTION_DELAYED, false },
	{ "will keep trying", REP_ACTION_DELAYED, false },
	{ "will be retried", REP_ACTION_DELAYED, false },
	{ "delivery attempts will continue", REP_ACTION_DELAYED, false },
	{ "server will retry", REP_ACTION_DELAYED, false },
	{ "message delivery will be reattempted", REP_ACTION_DELAYED, false },
	{ "will try for a further", REP_ACTION_DELAYED, false },
	{ "has been delayed", REP_ACTION_DELAYED, false },
	{ "delivery is delayed", REP_ACTION_DELAYED, false },
	{ "has been successfully relayed", REP_ACTION_RELAYED, false },
	{ "successfully relayed to", REP_ACTION_RELAYED, false },
	{ "successfully delivered to", REP_ACTION_DELIVERED, false },
	{ "was successfully delivered", REP_ACTION_DELIVERED, false },
	{ "message expired", REP_ACTION_FAILED, true },
	{ "delivery time expired", REP_ACTION_FAILED, true },
	{ "retry timeout exceeded", REP_ACTION_FAILED, true },
	{ "retry time limit", REP_ACTION_FAILED, true },
	{ "too long in the queue", REP_ACTION_FAILED, true },
	{ "been in the queue too long", REP_ACTION_FAILED, true },
	{ "i'm not going to try again", REP_ACTION_FAILED, true },
	{ "could not be delivered for", REP_ACTION_FAILED, true },
	{ "unable to deliver this message after", REP_ACTION_FAILED, true },
	{ "cannot be delivered after", REP_ACTION_FAILED, true },
};

static void
what_news(struct rep_notice *n, struct rep_str lower)
{
	static const char *const cues[] = { "deliver", "undeliver", "fail", "bounce", "returned",
		"rejected", "refused", "unknown", "not exist", "not found", "could not", "couldn't",
		"unable to", "cannot", "can't", "unzustellbar", "zugestellt", "impossible", "remis",
		"entregar", "consegn", "error", "mailbox", "not accepted", "blocked", "denied",
		"no longer", "invalid", "no such", "did not reach", "disabled", "not listed",
		"permission", "trouble" };

	n->cue = false;
	for (size_t i = 0; i < REP_COUNT(cues) && !n->cue; i++)
		n->cue = rep_str_find(lower, rep_str_c(cues[i]), 0) != SIZE_MAX;
	for (size_t i = 0; i < REP_COUNT(tells); i++)
		if (rep_str_find(lower, rep_str_c(tells[i].words), 0) != SIZE_MAX) {
			/*
			 * "could not be delivered for 3 days" is final only when nothing says that
			 * the server keeps trying.
			 */
			if (n->action == REP_ACTION_NONE)
				n->action = tells[i].action;
			n->expired |= tells[i].expired && n->action == REP_ACTION_FAILED;
		}
}

/* --- who failed ------------------------------------------------------------------------------------ */

enum { NOT = 0, LAST, WEAK, CUED, STRONG, LISTED };

/* Words right before an address that failed, when the address does not begin the line. */
static const char *const labels[] = { "to", "recipient", "recipients", "address",
	"recipient address", "failed recipient", "rcpt", "destination", "user", "mailbox",
	"delivered to", "message to", "mail to", "email to", "e-mail to", "delivery to",
	"addressee", "unknown user", "user unknown", "no such user", "no such recipient",
	"unknown recipient", "invalid recipient", "an", "account", "destinatario", "destinataire",
	"empf\xc3\xa4nger", "for", "deliver", "recipient(s)", "relay to" };

/* After such words the failed addresses are listed. Text before them only describes the problem. */
static const char *const lists[] = { "following recipient", "following address",
	"delivery problems", "delivered to the following", "recipients failed", "fatal errors",
	"transient non-fatal errors", "recipients were affected", "did not reach the following" };

/* Lines that are about another address than the recipient. */
static const char *const about_others[] = { "from:", "sender", "message-id", "message id",
	"reply-to", "generated from", "contact", "please send", "send mail to", "mailto:postmaster",
	"in-reply-to", "envelope-from", "mail from", "return-path", "forward this",
	"for assistance", "for help", "x-", "questions", "report this", "wrote:", "administrator",
	"helo", "originator" };

static const char *const cue_words[] = { "recipient", "deliver", "fail", "unknown", "mailbox",
	"user", "address", "undeliver", "could not", "unable", "rejected", "refused", "not found",
	"exist", "quota", "full", "disabled", "said", "to:", "rcpt", "no such", "bounce", "host" };

/* The text before the address on its line, without decoration. */
static struct rep_str
before_address(struct rep_str line, size_t at)
{
	struct rep_str b = rep_str_trim(rep_str_sub(line, 0, at));

	/* "...;dda:SMTP=jo@example.com" (X.400) */
	if (rep_str_ends_nocase(b, REP_S("smtp=")) || rep_str_ends_nocase(b, REP_S("rfc-822=")) ||
	    rep_str_ends_nocase(b, REP_S("dda:smtp=")))
		return rep_str_sub(b, 0, 0);
	while (b.n > 0 && strchr("<>\"'(:[-*;,=.\t ", b.p[b.n - 1]) != NULL)
		b.n--;
	while (b.n > 0 && strchr("<>-*( \t", b.p[0]) != NULL)
		b = rep_str_sub(b, 1, b.n);
	/* The mark for words of another charset says nothing. */
	while (rep_str_starts(b, REP_S("\xe3\x80\x93")))
		b = rep_str_trim(rep_str_sub(b, 3, b.n));
	if (rep_str_ends_nocase(b, REP_S("rfc822")) || rep_str_ends_nocase(b, REP_S("smtp")))
		b = rep_str_trim(
		    rep_str_sub(b, 0, b.n - 6 + 2 * rep_str_ends_nocase(b, REP_S("smtp"))));
	return b;
}

/* "550 <jo@example.com>... User unknown": the code of a transcript is before the address. */
static bool
is_code(struct rep_str b)
{
	return b.n >= 3 && b.n <= 14 && (b.p[0] == '4' || b.p[0] == '5') && rep_digit(b.p[1]) &&
	    rep_digit(b.p[2]) && (b.n == 3 || b.p[3] == ' ' || b.p[3] == '-');
}

static bool
ends_with_label(struct rep_str b)
{
	for (size_t i = 0; i < REP_COUNT(labels); i++) {
		struct rep_str l = rep_str_c(labels[i]);

		if (rep_str_ends_nocase(b, l) && (b.n == l.n || !rep_alnum(b.p[b.n - l.n - 1])))
			return true;
	}
	return false;
}

static int
weigh(struct rep_str line, struct rep_str previous, struct rep_str addr,
    const struct rep_original *o, struct rep_str sender, bool in_list)
{
	struct rep_str before = before_address(line, (size_t)(addr.p - line.p));
	bool ours = sender.n > 0 && rep_str_eq_nocase(addr, sender);
	bool from = o->from.n > 0 && rep_str_eq_nocase(addr, o->from);

	if (rep_str_ends_nocase(before, REP_S("generated from")))
		return LAST;
	if (rep_addr_is_role(addr) && o->to.n > 0 && !rep_str_eq_nocase(addr, o->to))
		return NOT;
	if ((ours || from) && !(o->to.n > 0 && rep_str_eq_nocase(addr, o->to)))
		return before.n == 0 && ours ? LAST : NOT;
	if (before.n > 0 && HAS_ANY(before, about_others))
		return NOT;
	if (before.n == 0 || ends_with_label(before) || is_code(before))
		return rep_addr_is_role(addr) ? WEAK : STRONG + in_list;
	if (o->to.n > 0 && rep_str_eq_nocase(addr, o->to))
		return STRONG;
	if (rep_addr_is_role(addr))
		return NOT;
	return HAS_ANY(line, cue_words) || HAS_ANY(previous, cue_words) ? CUED : WEAK;
}

static bool
listed(const struct rep_notice *n, struct rep_str addr)
{
	for (size_t i = 0; i < n->failed_n; i++)
		if (rep_str_eq_nocase(n->failed[i].addr, addr))
			return true;
	return false;
}

/* Finds the failed addresses: all those with the highest weight that occurs. */
static void
who_failed(
    struct rep_notice *n, const struct rep_original *o, struct rep_str sender, struct rep_str lower)
{
	size_t list = first_of(lower, lists, REP_COUNT(lists));
	size_t at[REP_NOTICE_ADDRS];
	int found = NOT;

	for (int want = LISTED; want > NOT && n->failed_n == 0; want--) {
		struct rep_str previous = { "", 0 };
		struct text_line l;
		size_t i = 0;

		while (next_line(n->text, &i, &l)) {
			struct rep_str addr;
			size_t k = 0;

			while (rep_addr_next(l.s, &k, &addr)) {
				if (weigh(l.s, previous, addr, o, sender, l.to > list) < want ||
				    listed(n, addr))
					continue;
				if (n->failed_n == REP_NOTICE_ADDRS) {
					n->more = true;
					goto done;
				}
				found = want;
				at[n->failed_n] = l.from;
				n->failed[n->failed_n++].addr = addr;
				if (want < STRONG)
					goto done; /* of guesses take only one */
			}
			if (l.s.n > 0)
				previous = l.s;
		}
	}
done:
	n->strong = found >= STRONG;
	for (size_t i = 0; i < n->failed_n; i++) {
		size_t end = i + 1 < n->failed_n ? at[i + 1] : n->text.n;

		n->failed[i].words = rep_str_sub(n->text, at[i], end - at[i]);
	}
}

/* When no address can be found by its place: the address that the message was sent to. */
static void
by_original(struct rep_notice *n, const struct rep_original *o)
{
	if (n->failed_n == 0 && o->to.n > 0) {
		n->failed[0].addr = o->to;
		n->failed[0].words = n->text;
		n->failed_n = 1;
	}
}

enum rep_rc
rep_notice_read(const struct rep_mime *m, int root, const struct rep_original *o,
    struct rep_arena *a, struct rep_notice *n, struct rep_err *err)
{
	struct rep_original below = *o;
	struct rep_buf text;
	struct rep_str whole, sender, lower;

	memset(n, 0, offsetof(struct rep_notice, failed));
	rep_buf_init(&text, REP_NOTICE_MAX);
	gather(m, root, false, &text);
	if (rep_str_trim(rep_buf_str(&text)).n < 20)
		gather(m, root, true, &text);
	whole = rep_arena_dup(a, rep_buf_str(&text));
	rep_buf_fini(&text);
	if (whole.p == NULL)
		return rep_fail(err, REP_EMEM, "it needs more memory than a document may take");
	n->text = cut_original(whole, a, &n->original);
	if (o->headers.n == 0 && n->original.n > 0)
		rep_original_of(&n->original, a, &below);
	sender = rep_addr_first(rep_header(&m->parts[root].headers, "To"));
	lower = lower_copy(n->text, a);
	what_news(n, lower);
	who_failed(n, &below, sender, lower);
	by_original(n, &below);
	return REP_OK;
}

/* --- the reply --------------------------------------------------------------------------------------- */

/* A reply code at i of the line: digits alone, then an enhanced code, a word or nothing. */
static int
code_at(struct rep_str s, size_t i)
{
	int enh[3];
	size_t k = i + 3;

	if (i + 3 > s.n || (s.p[i] != '4' && s.p[i] != '5') || !rep_digit(s.p[i + 1]) ||
	    !rep_digit(s.p[i + 2]) || s.p[i + 1] > '5')
		return 0;
	if (i > 0 && (rep_alnum(s.p[i - 1]) || strchr(".-/_@+", s.p[i - 1]) != NULL))
		return 0;
	if (k == s.n)
		return i == 0 ? 2 : 1;
	if (strchr(" -:,", s.p[k]) == NULL)
		return 0;
	while (k < s.n && strchr(" -:,#(", s.p[k]) != NULL)
		k++;
	if (rep_smtp_enhanced(rep_str_sub(s, k, 16), enh) > 0)
		return 4;
	if (k < s.n && rep_digit(s.p[k]))
		return 0;
	return i == 0 ||
		(i >= 2 &&
		    (s.p[i - 2] == ':' || s.p[i - 2] == '<' || s.p[i - 1] == '\'' ||
			s.p[i - 1] == '"'))
	    ? 3
	    : 1;
}

static int
score_of(struct rep_str s, size_t i)
{
	static const char *const echoes[] = { "need rcpt", "no valid recipients", "bad sequence",
		"valid rcpt", "need mail", "no recipients", "recipients accepted" };
	int v = code_at(s, i), enh[3];

	if (v == 0 && (s.p[i] == '4' || s.p[i] == '5') &&
	    (i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '#') &&
	    rep_smtp_enhanced(rep_str_sub(s, i, 16), enh) > 0 && enh[1] <= 7)
		v = i == 0 || s.p[i - 1] == '#' ? 2 : 1;
	return v > 0 && HAS_ANY(s, echoes) ? 1 : v;
}

/*
 * Whether `line` is the next line of a reply of several lines: "550-" is continued by "550-" or
 * "550 ". The first of them may stand behind other words ("Remote host said: 550-...").
 */
static bool
same_reply(struct rep_str line, struct rep_str last)
{
	char open[4];
	size_t at;

	if (line.n < 4)
		return false;
	memcpy(open, line.p, 3);
	open[3] = '-';
	at = rep_str_find(last, (struct rep_str){ open, sizeof open }, 0);
	return at != SIZE_MAX && code_at(last, at) > 0;
}

/* True when the line continues the last one: it is not blank and begins no new reply or address. */
static bool
goes_on(struct rep_str line, struct rep_str last)
{
	struct rep_str addr;
	size_t i = 0;

	if (line.n == 0 || rep_str_starts(line, REP_S("<<<")) ||
	    rep_str_starts(line, REP_S(">>>")) || rep_str_starts(line, REP_S("---")) ||
	    rep_str_starts(line, REP_S("===")) || rep_str_starts(line, REP_S("Giving up on ")) ||
	    rep_str_starts(line, REP_S("I'm not going to try")))
		return false;
	if (code_at(line, 0) > 0 && !same_reply(line, last)) /* the next reply of a transcript */
		return false;
	return !rep_addr_next(line, &i, &addr) || (size_t)(addr.p - line.p) > 1 || i + 2 < line.n;
}

/* Words that name a host before its reply. Then the whole paragraph is kept. */
static bool
quoted(struct rep_str para)
{
	static const char *const quotes[] = { " said:", "refused to talk to me:", " responded:",
		"SMTP error from remote", "in reply to", "host " };

	return HAS_ANY(para, quotes);
}

/* Joins lines with blanks, beginning at `at`, as long as they continue one another. */
static struct rep_str
paragraph(struct rep_str words, size_t at, size_t skip, struct rep_arena *a)
{
	char *p = rep_arena_alloc(a, REPLY_MAX + 1);
	struct text_line l;
	struct rep_str last = { "", 0 };
	size_t n = 0;
	bool first = true;

	while (p != NULL && next_line(words, &at, &l)) {
		struct rep_str s = first ? rep_str_sub(l.s, skip, l.s.n) : l.s;

		if (!first && !goes_on(l.s, last))
			break;
		if (rep_str_starts(s, REP_S("<<< ")))
			s = rep_str_sub(s, 4, s.n);
		if (n > 0 && n < REPLY_MAX)
			p[n++] = ' ';
		s = rep_str_sub(s, 0, REPLY_MAX - n);
		memcpy(p + n, s.p, s.n);
		n += s.n;
		first = false;
		last = s;
	}
	return (struct rep_str){ p != NULL ? p : "", n };
}

struct rep_str
rep_notice_reply(struct rep_str words, struct rep_arena *a)
{
	struct text_line l, best = { .from = 0 };
	size_t i = 0, code = 0, para = 0, para_of_best = 0;
	bool new_para = true;
	int score = 0;
	struct rep_str whole;

	while (next_line(words, &i, &l)) {
		if (l.s.n == 0) {
			new_para = true;
			continue;
		}
		if (new_para || !goes_on(l.s, (struct rep_str){ "", 0 }))
			para = l.from;
		new_para = false;
		for (size_t k = 0; k + 3 <= l.s.n; k++) {
			int v;

			if (!rep_digit(l.s.p[k]) || (k > 0 && rep_digit(l.s.p[k - 1])))
				continue;
			v = score_of(l.s, k);
			if (v > score) {
				score = v;
				best = l;
				code = k;
				para_of_best = para;
			}
		}
	}
	if (score == 0)
		return (struct rep_str){ "", 0 };
	whole = paragraph(words, para_of_best, 0, a);
	if (quoted(whole)) {
		struct rep_smtp_reply r;

		rep_smtp_reply_find(whole, &r);
		if (!r.own && (r.code >= 400 || r.enh[0] >= 4))
			return whole;
	}
	return paragraph(words, best.from, code, a);
}
