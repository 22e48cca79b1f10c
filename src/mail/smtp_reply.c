/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/smtp_reply.h"

/* Reads up to four digits at i. Returns how many there are. */
static size_t
number(struct rep_str s, size_t i, int *out)
{
	size_t n = 0;
	int v = 0;

	while (i + n < s.n && n < 4 && rep_digit(s.p[i + n]))
		v = v * 10 + (s.p[i + n++] - '0');
	*out = v;
	return n;
}

size_t
rep_smtp_enhanced(struct rep_str s, int enh[3])
{
	int v[3];
	size_t i = 0, n;

	for (int k = 0; k < 3; k++) {
		n = number(s, i, &v[k]);
		if (n == 0 || n > 3 + (k == 2))
			return 0;
		i += n;
		if (k < 2 && (i >= s.n || s.p[i++] != '.'))
			return 0;
	}
	if (v[0] != 2 && v[0] != 4 && v[0] != 5)
		return 0;
	if (i < s.n &&
	    (rep_alnum(s.p[i]) || (s.p[i] == '.' && i + 1 < s.n && rep_digit(s.p[i + 1]))))
		return 0;
	memcpy(enh, v, sizeof v);
	return i;
}

/*
 * Finds "(#5.7.1)", "#5.1.1" or "- 5.7.1 [BL21]": the places where old servers put the enhanced
 * code.
 */
static void
enhanced_within(struct rep_str text, int enh[3])
{
	int v[3];

	for (size_t i = 0; i + 5 <= text.n; i++) {
		bool hash = text.p[i] == '#';
		bool dash = text.p[i] == '-' && text.p[i + 1] == ' ';

		if (!hash && !dash)
			continue;
		/*
		 * Subjects are 0 to 7 (RFC 3463 section 3), so "[#4.16.5]" is not an enhanced code.
		 */
		if (rep_smtp_enhanced(rep_str_sub(text, i + 1 + dash, 16), v) > 0 && v[1] <= 7) {
			memcpy(enh, v, sizeof v);
			return;
		}
	}
}

static void
skip_enhanced(struct rep_str line, size_t *i, int enh[3])
{
	size_t hash = *i < line.n && line.p[*i] == '#', n;

	if ((n = rep_smtp_enhanced(rep_str_sub(line, *i + hash, line.n), enh)) == 0)
		return;
	*i += hash + n;
	while (*i < line.n && (line.p[*i] == ' ' || line.p[*i] == ':'))
		++*i;
}

enum rep_rc
rep_smtp_reply_parse(struct rep_str line, struct rep_smtp_reply *r, struct rep_err *err)
{
	struct rep_smtp_reply out = { 0 };
	size_t i = 0;

	line = rep_str_trim(line);
	if (number(line, 0, &out.code) == 3 && out.code >= 200 && out.code <= 599 &&
	    (line.n == 3 || !rep_alnum(line.p[3])) && (line.n < 5 || line.p[3] != '.')) {
		i = 3;
		if (i < line.n && line.p[i] == '-') {
			out.multi = true;
			i++;
		}
		while (i < line.n && rep_blank(line.p[i]))
			i++;
		skip_enhanced(line, &i, out.enh);
	} else {
		out.code = 0;
		skip_enhanced(line, &i, out.enh);
		if (i == 0)
			return rep_fail(err, REP_ESYNTAX, "no reply code at \"%.*s\"",
			    (int)(line.n < 24 ? line.n : 24), line.p);
	}
	out.text = rep_str_sub(line, i, line.n);
	if (out.enh[0] == 0)
		enhanced_within(out.text, out.enh);
	*r = out;
	return REP_OK;
}

enum rep_stage
rep_smtp_stage(struct rep_str words)
{
	static const struct {
		const char *words;
		enum rep_stage stage;
	} table[] = {
		/* Longer names come first, because "end of DATA" contains "DATA". */
		{ "end of data", REP_STAGE_DOT },
		{ "message body", REP_STAGE_DOT },
		{ "end-of-data", REP_STAGE_DOT },
		{ "pipelined end", REP_STAGE_DOT },
		{ "initial server greeting", REP_STAGE_CONNECT },
		{ "initial connection", REP_STAGE_CONNECT },
		{ "connect", REP_STAGE_CONNECT },
		{ "mail from", REP_STAGE_MAIL },
		{ "rcpt to", REP_STAGE_RCPT },
		{ "ehlo", REP_STAGE_EHLO },
		{ "helo", REP_STAGE_EHLO },
		{ "starttls", REP_STAGE_EHLO },
		{ "auth", REP_STAGE_EHLO },
		{ "data", REP_STAGE_DATA },
		{ "mail", REP_STAGE_MAIL },
		{ "rcpt", REP_STAGE_RCPT },
	};

	words = rep_str_sub(words, 0, 64);
	if (rep_str_eq(words, REP_S("."))) /* the command itself, as KumoMTA writes it */
		return REP_STAGE_DOT;
	for (size_t i = 0; i < REP_COUNT(table); i++) /* usually the words begin with it */
		if (rep_str_starts_nocase(words, rep_str_c(table[i].words)))
			return table[i].stage;
	for (size_t i = 0; i < REP_COUNT(table); i++)
		if (rep_str_find_nocase(words, rep_str_c(table[i].words), 0) != SIZE_MAX)
			return table[i].stage;
	return REP_STAGE_NONE;
}

/* Reads "mx.example.net[192.0.2.1]" or "mx.example.net [192.0.2.1]" at the start of s. */
static void
host_at(struct rep_str s, struct rep_smtp_reply *r)
{
	size_t n = 0, close;

	while (
	    n < s.n && s.p[n] != '[' && s.p[n] != ' ' && s.p[n] != ':' && s.p[n] != ',' && n < 255)
		n++;
	r->host = rep_str_sub(s, 0, n);
	if (n < s.n && s.p[n] == ' ' && n + 1 < s.n && s.p[n + 1] == '[')
		n++;
	if (n < s.n && s.p[n] == '[' && (close = rep_str_chr(s, ']', n)) != SIZE_MAX)
		(void)rep_ip_parse(rep_str_sub(s, n + 1, close - n - 1), &r->host_ip);
}

/* Cuts the words " (in reply to X command)" off the end and returns them. */
static struct rep_str
in_reply_to(struct rep_str s, struct rep_smtp_reply *r)
{
	size_t at, from = 0, last = SIZE_MAX;

	while ((at = rep_str_find(s, REP_S("(in reply to "), from)) != SIZE_MAX) {
		last = at;
		from = at + 1;
	}
	if (last == SIZE_MAX)
		return s;
	r->stage = rep_smtp_stage(rep_str_sub(s, last + 13, s.n));
	return rep_str_trim(rep_str_sub(s, 0, last));
}

/* How mail servers quote a reply: the words before it, and the stage if these words name it. */
static const struct {
	const char *before;
	enum rep_stage stage;
} wraps[] = {
	/* qmail-remote names the stage in its own words */
	{ "but greeting failed. Remote host said: ", REP_STAGE_CONNECT },
	{ "but my name was rejected. Remote host said: ", REP_STAGE_EHLO },
	{ "but sender was rejected. Remote host said: ", REP_STAGE_MAIL },
	{ "does not like recipient. Remote host said: ", REP_STAGE_RCPT },
	{ "failed on DATA command. Remote host said: ", REP_STAGE_DATA },
	{ "failed after I sent the message. Remote host said: ", REP_STAGE_DOT },
	{ " said: ", REP_STAGE_NONE },
	{ " refused to talk to me: ", REP_STAGE_CONNECT },
	{ " responded: ", REP_STAGE_NONE },
	{ "Remote host said: ", REP_STAGE_NONE },
	{ "remote server returned '", REP_STAGE_NONE },
	{ "Remote Server returned: ", REP_STAGE_NONE },
	{ "<<< ", REP_STAGE_NONE },
	{ "smtp;", REP_STAGE_NONE },
	{ "smtp; ", REP_STAGE_NONE },
	{ "X-Postfix; ", REP_STAGE_NONE },
	/* programs that print the error of a library */
	{ "Error: ", REP_STAGE_NONE },
	{ "failed: ", REP_STAGE_NONE },
	{ "permanent: ", REP_STAGE_NONE },
};

/* "SMTP error from remote mail server after RCPT TO:<a@b>: host H [A]: 550 ..." (Exim). */
static bool
exim(struct rep_str s, struct rep_smtp_reply *r)
{
	size_t at = rep_str_find_nocase(s, REP_S("SMTP error from remote mail"), 0), after;
	struct rep_smtp_reply in;
	struct rep_str rest;

	if (at == SIZE_MAX)
		return false;
	rest = rep_str_sub(s, at, s.n);
	after = rep_str_find(rest, REP_S(" after "), 0);
	for (size_t i = after == SIZE_MAX ? 0 : after; i + 5 < rest.n; i++) {
		if (rest.p[i] != ':' || rest.p[i + 1] != ' ')
			continue;
		if (rep_smtp_reply_parse(rep_str_sub(rest, i + 2, rest.n), &in, NULL) != REP_OK ||
		    in.code == 0)
			continue;
		if (after != SIZE_MAX)
			in.stage = rep_smtp_stage(rep_str_sub(rest, after + 7, i - after - 7));
		/* Only before the reply: a host in its words is one that it quotes. */
		s = rep_str_sub(s, 0, at + i);
		at = rep_str_find(s, REP_S("host "), 0);
		if (at != SIZE_MAX)
			host_at(rep_str_sub(s, at + 5, s.n), &in);
		*r = in;
		return true;
	}
	return false;
}

/*
 * Finds the host in the words of our own server: "connect to H[A]:25: ...", "lost connection with
 * H[A] while".
 */
static void
find_own_host(struct rep_str s, struct rep_smtp_reply *r)
{
	static const char *const before[] = { "connect to ", "lost connection with ",
		"conversation with ", "handshake with ", "host ", "session with " };
	size_t at;

	for (size_t i = 0; i < REP_COUNT(before) && r->host.n == 0; i++) {
		at = rep_str_find_nocase(s, rep_str_c(before[i]), 0);
		if (at == SIZE_MAX || (at > 0 && s.p[at - 1] != ' ' && s.p[at - 1] != '('))
			continue;
		/* "Client host [192.0.2.1] blocked": that is the one that sends */
		if (rep_str_ends_nocase(rep_str_sub(s, 0, at), REP_S("client ")))
			continue;
		host_at(rep_str_sub(s, at + strlen(before[i]), s.n), r);
		if (rep_str_chr(r->host, '.', 0) == SIZE_MAX)
			r->host = (struct rep_str){ "", 0 };
	}
	at = rep_str_find(s, REP_S(" while "), 0);
	if (at != SIZE_MAX)
		r->stage = rep_smtp_stage(rep_str_sub(s, at + 7, s.n));
	else if (rep_str_starts_nocase(s, REP_S("connect to ")))
		r->stage = REP_STAGE_CONNECT;
}

/* "mx.example.net[192.0.2.1]" at the end of the words before a reply, copied without "host". */
static void
named_before(struct rep_str s, struct rep_smtp_reply *r)
{
	size_t at = s.n;

	while (at > 0 && !rep_blank(s.p[at - 1]) && s.p[at - 1] != '(')
		at--;
	if (rep_str_chr(rep_str_sub(s, at, s.n), '.', 0) != SIZE_MAX)
		host_at(rep_str_sub(s, at, s.n), r);
}

/* The reply after the quoting words found at `at`. False when there is none. */
static bool
quoted_after(
    struct rep_str s, size_t at, size_t before_n, enum rep_stage stage, struct rep_smtp_reply *r)
{
	struct rep_smtp_reply out = { .stage = stage }, in;
	struct rep_str inner = in_reply_to(rep_str_sub(s, at + before_n, s.n), &out);
	size_t host;

	if (rep_smtp_reply_parse(inner, &in, NULL) != REP_OK)
		return false;
	in.stage = out.stage;
	host = rep_str_find(s, REP_S("host "), 0);
	if (host != SIZE_MAX && host + 5 <= at)
		host_at(rep_str_sub(s, host + 5, at - host - 5), &in);
	else if (at > 0 && s.p[at - 1] == ']')
		named_before(rep_str_sub(s, 0, at), &in);
	*r = in;
	return true;
}

/* Postfix's own two forms, searched exactly as Postfix writes them. */
static bool
postfix(struct rep_str s, struct rep_smtp_reply *r)
{
	size_t at;

	if (!rep_str_starts(s, REP_S("host ")))
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct rep_str w = rep_str_c(wraps[i].before);

		at = rep_str_find(rep_str_sub(s, 0, 400), w, 0);
		if (at != SIZE_MAX && quoted_after(s, at, w.n, wraps[i].stage, r))
			return true;
	}
	return false;
}

/* "host 'H' rejected command 'C' with code 550 (5.7.1) 'TEXT'" (Stalwart). */
static bool
stalwart(struct rep_str s, struct rep_smtp_reply *r)
{
	struct rep_str command = REP_S("rejected command '"), with = REP_S("' with code ");
	size_t at = rep_str_find(s, command, 0), code, open, host;
	struct rep_smtp_reply out = { 0 };
	struct rep_str text;

	if (at == SIZE_MAX || (code = rep_str_find(s, with, at)) == SIZE_MAX ||
	    (open = rep_str_chr(s, '\'', code + with.n)) == SIZE_MAX)
		return false;
	if (number(s, code + with.n, &out.code) != 3 || out.code < 200 || out.code > 599)
		return false;
	out.stage = rep_smtp_stage(rep_str_sub(s, at + command.n, code - at - command.n));
	if (out.stage == REP_STAGE_NONE &&
	    rep_str_starts(rep_str_sub(s, at + command.n, 4), REP_S("BDAT")))
		out.stage = REP_STAGE_DOT; /* RFC 3030: its data comes with the command */
	text = rep_str_sub(s, code + with.n + 3, open - code - with.n - 3);
	if ((at = rep_str_chr(text, '(', 0)) != SIZE_MAX)
		(void)rep_smtp_enhanced(rep_str_sub(text, at + 1, text.n), out.enh);
	text = rep_str_sub(s, open + 1, s.n);
	while (text.n > 0 && (text.p[text.n - 1] == ')' || text.p[text.n - 1] == '\''))
		text.n--;
	out.text = text;
	host = rep_str_find(s, REP_S("host '"), 0);
	if (host != SIZE_MAX && (at = rep_str_chr(s, '\'', host + 6)) != SIZE_MAX)
		out.host = rep_str_sub(s, host + 6, at - host - 6);
	*r = out;
	return true;
}

/* "... for RCPT TO command, host: H (A) reason: 550 ..." (the mailer of 1&1, GMX and WEB.DE). */
static bool
with_reason(struct rep_str s, struct rep_smtp_reply *r)
{
	struct rep_str words = REP_S("host: "), reason = REP_S("reason: "), head;
	size_t host = rep_str_find(s, words, 0), at, open;
	struct rep_smtp_reply in;

	if (host == SIZE_MAX || (at = rep_str_find(s, reason, host)) == SIZE_MAX ||
	    rep_smtp_reply_parse(rep_str_sub(s, at + reason.n, s.n), &in, NULL) != REP_OK)
		return false;
	in.stage = rep_smtp_stage(rep_str_sub(s, 0, host));
	head = rep_str_trim(rep_str_sub(s, host + words.n, at - host - words.n));
	open = rep_str_chr(head, '(', 0);
	if (open != SIZE_MAX && head.p[head.n - 1] == ')')
		(void)rep_ip_parse(rep_str_sub(head, open + 1, head.n - open - 2), &in.host_ip);
	in.host = rep_str_trim(rep_str_sub(head, 0, open == SIZE_MAX ? head.n : open));
	*r = in;
	return true;
}

/* "(554, b'TEXT')" and "'554-TEXT'": how Python and other programs print a reply. */
static bool
of_program(struct rep_str s, struct rep_smtp_reply *r)
{
	size_t at = rep_str_find(s, REP_S(", b'"), 0), end;
	struct rep_smtp_reply out = { 0 };

	if (at != SIZE_MAX && at >= 4 && s.p[at - 4] == '(' && number(s, at - 3, &out.code) == 3 &&
	    out.code >= 400 && out.code <= 599) {
		end = rep_str_rchr(s, '\'');
		s = rep_str_sub(s, at + 4, end == SIZE_MAX || end < at + 4 ? s.n : end - at - 4);
		if (rep_smtp_reply_parse(s, r, NULL) != REP_OK)
			*r = (struct rep_smtp_reply){ .text = s };
		r->code = out.code;
		return true;
	}
	if (s.n < 6 || (s.p[0] != '\'' && s.p[0] != '"'))
		return false;
	s = rep_str_sub(s, 1, s.n - 1 - (s.p[s.n - 1] == s.p[0]));
	return rep_smtp_reply_parse(s, r, NULL) == REP_OK;
}

void
rep_smtp_reply_find(struct rep_str text, struct rep_smtp_reply *r)
{
	struct rep_smtp_reply out = { 0 };
	struct rep_str s = rep_str_trim(text);
	size_t at;

	if (rep_smtp_reply_parse(s, &out, NULL) == REP_OK) {
		*r = out;
		if (rep_str_find(s, REP_S("(in reply to "), 0) != SIZE_MAX)
			r->text = in_reply_to(out.text, r);
		return;
	}
	/*
	 * These go first: the reply may itself quote another reply, and the outer host is the one
	 * that spoke.
	 */
	if (postfix(s, r) || exim(s, r) || stalwart(s, r) || with_reason(s, r))
		return;
	for (size_t i = 0; i < REP_COUNT(wraps); i++) {
		at = rep_str_find_nocase(s, rep_str_c(wraps[i].before), 0);
		if (at != SIZE_MAX &&
		    quoted_after(s, at, strlen(wraps[i].before), wraps[i].stage, r))
			return;
	}
	if (of_program(s, r))
		return;
	*r = (struct rep_smtp_reply){ .own = true, .text = s };
	find_own_host(s, r);
}
