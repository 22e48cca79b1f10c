/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/seen_text.h"
#include "cli/out.h"
#include "cli/why_steps.h"
#include "judge/passed.h"
#include "judge/seen_steps.h"

#include <stdio.h>

enum { INDENT = 13, SAID_MAX = 400, TOLD_MAX = 8, STEPS_AT = 4 };

static bool
is_asked(const struct rep_seen_asked *asked, const struct rep_seen_row *r)
{
	return asked == NULL || asked->chosen == NULL || asked->chosen(asked->ctx, r);
}

size_t
rep_seen_count(const struct rep_verdict_set *s, const struct rep_seen_asked *asked)
{
	size_t n = 0;

	for (size_t i = 0; i < s->seen.n; i++)
		n += is_asked(asked, &s->seen.v[i]);
	return n;
}

static const struct rep_rule *
rule_of(const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	return rep_know_rule(s->in.know, rep_name(&s->in.names, r->rule));
}

struct rep_str
rep_seen_who(const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	const struct rep_provider *p =
	    rep_provider_by_id(rep_know_providers(s->in.know), rep_name(&s->in.names, r->provider));
	struct rep_buf b;
	size_t told = 0;

	if (p != NULL)
		return p->in_sentence;
	if (r->hosts[0].n == 0)
		return REP_S("an unknown mail host");
	rep_buf_init(&b, 1 << 16);
	for (; told < REP_SEEN_HOSTS && r->hosts[told].n > 0; told++) {
		rep_buf_add(&b, told > 0 ? REP_S(", ") : REP_S(""));
		rep_buf_add(&b, rep_name(&s->in.names, r->hosts[told].domain));
	}
	if (r->hosts_n > told)
		rep_buf_add(&b, REP_S(" and other hosts"));
	return rep_arena_take(s->arena, &b);
}

/* "1 bounce from", "12 refusals by", "3 deferrals by", "1 notice of delay:" */
static void
how_many(struct rep_buf *b, const struct rep_seen_row *r)
{
	char n[32];

	rep_out_number(r->n, n);
	if (r->by == REP_SEEN_BY_NOTICE)
		rep_buf_printf(b, "%s notice%s of delay for mail to ", n, rep_plural(r->n));
	else if (r->by == REP_SEEN_BY_BOUNCE)
		rep_buf_printf(b, "%s bounce%s from ", n, rep_plural(r->n));
	else if (r->class == REP_CLASS_NETWORK)
		rep_buf_printf(b, "%s attempt%s that did not reach ", n, rep_plural(r->n));
	else if (r->by == REP_SEEN_BY_WORDS)
		rep_buf_printf(b, "%s repl%s of ", n, r->n == 1 ? "y" : "ies");
	else if (r->bounced * 2 >= r->n)
		rep_buf_printf(b, "%s refusal%s by ", n, rep_plural(r->n));
	else
		rep_buf_printf(b, "%s deferral%s by ", n, rep_plural(r->n));
}

static void
paragraph(struct rep_buf *b, const char *head, struct rep_str text)
{
	if (text.n == 0)
		return;
	rep_buf_printf(b, "  %-10s ", head);
	rep_out_wrap(b, text, INDENT, INDENT);
	rep_buf_addc(b, '\n');
}

struct rep_str
rep_seen_header(struct rep_arena *a, enum rep_class class, rep_header_faults faults)
{
	struct rep_str out = { "", 0 };
	struct rep_buf b;

	if (faults == 0 ||
	    (class != REP_CLASS_CONTENT && class != REP_CLASS_PROTOCOL &&
		class != REP_CLASS_POLICY && class != REP_CLASS_AUTHENTICATION &&
		class != REP_CLASS_UNKNOWN))
		return out;
	rep_buf_init(&b, 1 << 12);
	rep_buf_add(&b, REP_S("In the header of a message that came back, "));
	rep_header_faults_say(&b, faults);
	rep_buf_add(&b, REP_S(" (RFC 5322 section 3.6)."));
	out = rep_arena_dup(a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

static struct rep_str
words_of(const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	const struct rep_wording *w = rep_seen_wording(&s->verdicts, r);

	return w != NULL ? rep_str_sub(w->text, 0, SAID_MAX) : (struct rep_str){ "", 0 };
}

static struct rep_str
header_of(const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	const struct rep_wording *w = rep_seen_wording(&s->verdicts, r);

	return w != NULL ? rep_seen_header(s->arena, r->class, w->header_faults)
			 : (struct rep_str){ "", 0 };
}

/* The address in the words that is none of ours. False: there is none. */
static bool
foreign_address(const struct rep_verdict_set *s, const struct rep_seen_row *r, struct rep_ip *ip)
{
	const struct rep_wording *w = rep_seen_wording(&s->verdicts, r);
	struct rep_reading reading;

	if (w == NULL)
		return false;
	rep_know_read(s->in.know, w->host, w->text, &reading);
	if (!rep_ip_parse(reading.capture[REP_CAPTURE_ADDRESS], ip))
		return false;
	for (size_t n = 0; n < s->in.labels_n; n++)
		if (rep_ip_eq(&s->in.labels[n].public, ip))
			return false;
	return true;
}

/* A code alone says nothing that a person could read. */
static bool
has_words(struct rep_str text)
{
	size_t letters = 0;

	for (size_t i = 0; i < text.n; i++)
		letters += rep_alnum(text.p[i]) && !rep_digit(text.p[i]);
	return letters > 3;
}

/* What it means, for whoever holds it. The rule's meaning is of words said to us. */
static struct rep_str
meaning(const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	const struct rep_rule *rule = rule_of(s, r);
	char text[REP_IP_TEXT];
	struct rep_ip ip;

	if (r->is == REP_SEEN_NEXT_HOP && foreign_address(s, r, &ip))
		return rep_arena_printf(s->arena,
		    "The receiver forwards mail, and the next host refused the receiver. It only "
		    "repeats those words to you. The address in them, %s, is the receiver's, not "
		    "yours. Nothing of yours is listed or refused.",
		    rep_ip_text(&ip, text));
	if (r->is == REP_SEEN_NEXT_HOP)
		return REP_S("The receiver forwards mail, and the next host refused the receiver. "
			     "It only repeats those words to you. Nothing of yours is listed or "
			     "refused.");
	if (rule != NULL)
		return rule->meaning;
	return REP_S("No rule knows these words.");
}

/* Whether the remedy already says the address that the rule's link is. */
static bool
is_in_remedy(const struct rep_rule *r)
{
	const struct rep_str scheme = REP_S("mailto:");

	return rep_str_starts(r->url, scheme) &&
	    rep_str_find(r->remedy, rep_str_sub(r->url, scheme.n, r->url.n), 0) != SIZE_MAX;
}

static struct rep_str
to_do(const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	const struct rep_rule *rule = rule_of(s, r);
	struct rep_str out;

	if (r->is == REP_SEEN_NEXT_HOP)
		return REP_S(
		    "Tell the recipient by phone or from another mailbox that forwarding of this "
		    "address is broken. Do not ask anybody for delisting.");
	if (r->forwarded * 2 > r->n && r->class == REP_CLASS_AUTHENTICATION)
		return rep_passed_remedy();
	if (words_of(s, r).n > 0 && !has_words(words_of(s, r)))
		return REP_S(
		    "The log has only the code of the reply, not its words. The bounce that the "
		    "sender got has them: reputed ingest BOUNCE (a file or a mailbox).");
	if (rule == NULL)
		return REP_S("Read the words above. If they name a page, open it.");
	if (rule->url.n == 0 || is_in_remedy(rule))
		return rule->remedy;
	out = rep_arena_printf(s->arena, "%.*s %s%.*s%s", REP_PR(rule->remedy),
	    rep_mark(REP_MARK_LINK), REP_PR(rule->url), rep_mark(REP_MARK_LINKED));
	return out.p != NULL ? out : rule->remedy;
}

/* Whose trouble it may be instead: of a forwarder, of another server. n == 0: ours. */
static struct rep_str
whose(const struct rep_seen_row *r, size_t steps)
{
	bool of_address = r->scope == REP_SCOPE_SOURCE || r->scope == REP_SCOPE_SOURCE_OR_SUBNET ||
	    r->scope == REP_SCOPE_SUBNET || r->scope == REP_SCOPE_RANGE;

	if (r->forwarded * 2 > r->n && r->class != REP_CLASS_AUTHENTICATION &&
	    r->is == REP_SEEN_TOO_LITTLE)
		return REP_S(
		    "This is mail that you forward for others, and what is wrong with it counts as "
		    "yours. Filter before you forward.");
	if ((r->by == REP_SEEN_BY_BOUNCE || r->by == REP_SEEN_BY_NOTICE) && of_address &&
	    r->is == REP_SEEN_TOO_LITTLE && steps == 0)
		return REP_S(
		    "The address that was refused is that of the server that wrote this mail "
		    "(Reporting-MTA in it). If that is your provider's relay, a mailing list or "
		    "somebody who forwards, they have to fix it: send it to them.");
	return REP_S("");
}

static struct rep_str
how_sure(const struct rep_verdict_set *s, const struct rep_seen_row *r, size_t steps)
{
	static const char *const things[REP_SEEN_BY_N][2] = { { "reply", "replies" },
		{ "bounce", "bounces" }, { "notice", "notices" }, { "reply", "replies" } };
	struct rep_str out;

	if (r->is == REP_SEEN_THEIRS)
		return REP_S(
		    "This is a mistake at the receiver. It says nothing about your server.");
	if (r->is != REP_SEEN_TOO_LITTLE)
		return (struct rep_str){ "", 0 };
	if (r->by == REP_SEEN_BY_NOTICE)
		return REP_S(
		    "A notice of delay says nothing about your other mail. The mail log does: "
		    "reputed ingest /var/log/mail.log");
	if (r->class == REP_CLASS_NETWORK)
		return REP_S(
		    "Nobody was reached, so nobody refused anything. If it is one provider alone, "
		    "look at their host or the way to it. If it is several at once, look at your "
		    "own network or resolver.");
	if (r->by == REP_SEEN_BY_WORDS)
		return REP_S(
		    "The input does not have the lines that say who the mail was for, and what "
		    "happened to it. The whole mail log has them: reputed ingest "
		    "/var/log/mail.log");
	if (r->class == REP_CLASS_GREYLISTED && !r->taken)
		return REP_S("Greylisting is usual, and makes no verdict while mail gets through "
			     "at a later attempt.");
	if (r->more == 0 && !r->taken)
		return REP_S(
		    "Nothing else was accepted there. Words of this kind make no verdict: read "
		    "them, or ask the postmaster there.");
	if (r->more == 0)
		return REP_S("Most of the other mail there was accepted, or this did not last: no "
			     "verdict.");
	if (steps > 0)
		out = rep_arena_printf(s->arena,
		    "The reason is clear. But %llu %s cannot show how much of your mail there is "
		    "%s. %u more %s like %s would make a verdict.",
		    (unsigned long long)r->n, things[r->by][r->n > 1],
		    r->class == REP_CLASS_THROTTLED ? "slowed" : "refused", r->more,
		    things[r->by][r->more > 1], r->n > 1 ? "these" : "this");
	else
		out = rep_arena_printf(s->arena, "%u more %s like %s would make a verdict.%s",
		    r->more, things[r->by][r->more > 1], r->n > 1 ? "these" : "this",
		    r->by == REP_SEEN_BY_BOUNCE
			? " The mail log tells more: reputed ingest /var/log/mail.log"
			: "");
	return out.p != NULL ? out : (struct rep_str){ "", 0 };
}

/* The word to give to `explain`: the code of the reply, else the name of the rule. */
static struct rep_str
explained_by(const struct rep_rule *rule)
{
	struct rep_str t;

	if (rule->tokens_n == 0)
		return rule->id;
	t = rule->tokens[0].as_written;
	if (t.n > 2 && (t.p[0] == '[' || t.p[0] == '('))
		t = rep_str_sub(t, 1, t.n - 2);
	for (size_t i = 0; i < t.n; i++)
		if (!rep_alnum(t.p[i]) && t.p[i] != '_' && t.p[i] != '-')
			return rule->id;
	return t;
}

/* The steps of a row. Returns how many; 0: its remedy is all there is. */
static size_t
steps_of(const struct rep_verdict_set *s, const struct rep_seen_row *r, struct rep_next *next)
{
	size_t n = 0;

	return rep_seen_steps(&s->verdicts, &s->seen, r, s->arena, next, &n) ? n : 0;
}

/* Where the commands and texts of a row are, of which only the steps are told. */
static void
more_of(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	uint32_t name = r->hosts[0].n > 0 ? r->hosts[0].domain : r->provider;
	struct rep_str id = rep_name(&s->in.names, name);

	rep_buf_printf(b, "%*s", STEPS_AT, "");
	rep_out_wrap(b,
	    rep_arena_printf(
		s->arena, "The commands and texts for these: reputed why %.*s", REP_PR(id)),
	    STEPS_AT, STEPS_AT);
	rep_buf_addc(b, '\n');
}

/* What is to be pasted stands below one row, the worst; for the others it is one question away. */
static void
tell(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_seen_row *r, bool paste)
{
	const struct rep_rule *rule = rule_of(s, r);
	struct rep_str p = rep_seen_who(s, r), id = rule != NULL ? rule->id : REP_S("no rule");
	struct rep_next next[REP_SEEN_STEPS];
	size_t steps = steps_of(s, r, next);
	struct rep_buf head;
	char when[48];

	rep_buf_init(&head, 1 << 12);
	how_many(&head, r);
	rep_buf_printf(&head, "%.*s, %s%s (%s, %.*s)", REP_PR(p), r->n > 1 ? "the last " : "",
	    rep_when(r->last_s, when), rep_class_word(r->class), REP_PR(id));
	rep_out_wrap(b, rep_buf_str(&head), 0, 2);
	rep_buf_addc(b, '\n');
	rep_buf_fini(&head);
	paragraph(b, "They say", words_of(s, r));
	paragraph(b, "That means", meaning(s, r));
	paragraph(b, "Here", header_of(s, r));
	if (steps == 0)
		paragraph(b, "Do", to_do(s, r));
	if (rule != NULL && r->is == REP_SEEN_THEIRS)
		paragraph(b, "Tell them", rule->letter);
	paragraph(b, "Whose", whose(r, steps));
	paragraph(b, "Certainty", how_sure(s, r, steps));
	if (rule != NULL && r->is != REP_SEEN_NEXT_HOP) {
		rep_buf_add(b, REP_S("  More       reputed explain "));
		rep_buf_add(b, explained_by(rule));
		rep_buf_addc(b, '\n');
	}
	if (steps == 0)
		return;
	rep_buf_add(b, REP_S("  Do now\n"));
	rep_next_steps(b, next, steps, STEPS_AT);
	if (paste)
		rep_next_paste(b, next, steps);
	else
		more_of(b, s, r);
}

/* The headings, in their order. */
enum heading { HEAD_CLEAR = 0, HEAD_TOO_LITTLE, HEAD_THEIRS, HEADS };

static enum heading
head_of(const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	if (r->is == REP_SEEN_THEIRS || r->is == REP_SEEN_NEXT_HOP)
		return HEAD_THEIRS;
	return rep_seen_is_clear(&s->verdicts, r) ? HEAD_CLEAR : HEAD_TOO_LITTLE;
}

size_t
rep_seen_text(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_seen_asked *asked, bool all)
{
	static const char *const heads[HEADS] = { "Seen, and the reason is clear",
		"Seen, too little to judge", "Seen, not about your server" };
	/* whoever has an incident reads its commands first */
	bool open = s->verdicts.incidents_n > 0 && rep_incident_open(&s->verdicts.incidents[0]);
	size_t chosen = rep_seen_count(s, asked), told = 0;
	char n1[32];

	for (int h = 0; h < HEADS; h++) {
		bool first = true;

		for (size_t i = 0; i < s->seen.n && (all || told < TOLD_MAX); i++) {
			const struct rep_seen_row *r = &s->seen.v[i];

			if (!is_asked(asked, r) || head_of(s, r) != (enum heading)h)
				continue;
			if (first)
				rep_buf_printf(
				    b, "\n%s%s%s\n", rep_paint(REP_BOLD), heads[h], rep_unpaint());
			else
				rep_buf_addc(b, '\n');
			first = false;
			tell(b, s, r, all || (told == 0 && !open));
			told++;
		}
	}
	if (s->seen.not_told > 0)
		rep_buf_printf(b,
		    "\n%s more failures are of other kinds; only %d kinds are listed one by one.\n",
		    rep_out_number(s->seen.not_told, n1), REP_SEEN_ROWS);
	if (chosen > told)
		rep_buf_printf(
		    b, "\n%zu more kinds of failure: reputed why --json\n", chosen - told);
	return chosen;
}

/* The worst of the chosen rows, if its words are clear and it is about the sender. NULL: there is none. */
static const struct rep_seen_row *
clearest(const struct rep_verdict_set *s, const struct rep_seen_asked *asked)
{
	struct rep_next next[REP_SEEN_STEPS];

	for (size_t i = 0; i < s->seen.n; i++)
		if (is_asked(asked, &s->seen.v[i]) && steps_of(s, &s->seen.v[i], next) > 0)
			return &s->seen.v[i];
	return NULL;
}

/* "Microsoft (Outlook.com, Hotmail) refused 1 message and says why (blocked, S3140)" */
static void
in_short(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	struct rep_str p = rep_seen_who(s, r), code = explained_by(rule_of(s, r));
	bool small = r->hosts[0].n > 0;
	char n1[32];

	if (small)
		rep_buf_add(
		    b, r->hosts_n > 1 ? REP_S("The mail hosts of ") : REP_S("The mail host of "));
	if (small)
		rep_buf_add(b, p);
	else
		rep_out_sentence(b, p);
	rep_buf_printf(b, " %s %s %s%s and %s why (%s, %.*s)",
	    r->class == REP_CLASS_THROTTLED || r->bounced * 2 < r->n ? "deferred" : "refused",
	    rep_out_number(r->n, n1), r->by == REP_SEEN_BY_LOG ? "attempt" : "message",
	    rep_plural(r->n), (small ? r->hosts_n > 1 : rep_provider_plural(p)) ? "say" : "says",
	    rep_class_word(r->class), REP_PR(code));
}

bool
rep_seen_summary(
    struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_seen_asked *asked)
{
	const struct rep_seen_row *r = clearest(s, asked);

	if (r == NULL)
		return false;
	in_short(b, s, r);
	rep_buf_printf(b,
	    "; what to do is below. %s %s not show whether all your mail there is %s, so this is no "
	    "incident. ",
	    r->n == 1 ? "This alone" : "These few", r->n == 1 ? "does" : "do",
	    r->class == REP_CLASS_THROTTLED ? "slowed" : "refused");
	return true;
}

void
rep_seen_failed(
    struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_seen_asked *asked)
{
	bool theirs = true;
	uint64_t n = 0;
	char n1[32];

	for (size_t i = 0; i < s->seen.n; i++) {
		const struct rep_seen_row *r = &s->seen.v[i];

		if (!is_asked(asked, r))
			continue;
		n += r->n;
		theirs = theirs && head_of(s, r) == HEAD_THEIRS;
	}
	if (theirs)
		rep_buf_printf(b,
		    "No incident, and nothing to fix on your side. %s attempt%s failed because of a "
		    "trouble at the receiver. What to tell them is below. ",
		    rep_out_number(n, n1), rep_plural(n));
	else
		rep_buf_printf(b,
		    "No incident, but %s attempt%s failed. Why, and what to do, is below. ",
		    rep_out_number(n, n1), rep_plural(n));
}

void
rep_seen_line(struct rep_buf *b, const struct rep_verdict_set *s)
{
	const struct rep_seen_row *r = clearest(s, NULL);
	uint64_t n = 0;
	struct rep_buf line;
	char n1[32];

	if (s->seen.n == 0)
		return;
	for (size_t i = 0; i < s->seen.n; i++)
		n += s->seen.v[i].n;
	rep_buf_init(&line, 1 << 12);
	if (r != NULL) {
		rep_buf_add(&line, REP_S("Not an incident yet, but clear: "));
		in_short(&line, s, r);
		n -= r->n;
	}
	if (r == NULL)
		rep_buf_add(&line, REP_S("Also seen, but not an incident: "));
	else if (n > 0)
		rep_buf_add(&line, REP_S("; and "));
	if (n > 0)
		rep_buf_printf(&line, "%s %s of %zu %skind%s", rep_out_number(n, n1),
		    n == 1 ? "failure" : "failures", s->seen.n - (r != NULL),
		    r != NULL ? "other " : "", rep_plural(s->seen.n - (r != NULL)));
	rep_buf_add(&line, REP_S(": reputed why"));
	rep_out_wrap(b, rep_buf_str(&line), 0, 2);
	rep_buf_addc(b, '\n');
	rep_buf_fini(&line);
}

static void
steps_json(struct rep_json *j, const struct rep_verdict_set *s, const struct rep_seen_row *r)
{
	struct rep_next next[REP_SEEN_STEPS];
	size_t n = steps_of(s, r, next);

	rep_next_json(j, next, n);
}

void
rep_seen_json(struct rep_json *j, const struct rep_verdict_set *s,
    const struct rep_seen_asked *asked, bool steps)
{
	rep_json_arr(j, "seen");
	for (size_t i = 0; i < s->seen.n; i++) {
		const struct rep_seen_row *r = &s->seen.v[i];
		const struct rep_rule *rule = rule_of(s, r);
		struct rep_str none = { "", 0 };

		if (!is_asked(asked, r))
			continue;
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "is", rep_seen_is_word(r->is));
		rep_json_cstr(j, "told_by", rep_seen_by_word(r->by));
		rep_json_str(j, "provider", rep_name(&s->in.names, r->provider));
		rep_json_arr(j, "hosts");
		for (size_t k = 0; k < REP_SEEN_HOSTS && r->hosts[k].n > 0; k++)
			rep_json_str(j, NULL, rep_name(&s->in.names, r->hosts[k].domain));
		rep_json_end_arr(j);
		rep_json_str_or_null(j, "rule", rep_name(&s->in.names, r->rule));
		rep_json_cstr(j, "class", rep_class_word(r->class));
		rep_json_cstr(j, "scope", rep_scope_word(r->scope));
		rep_json_int(j, "replies", (int64_t)r->n);
		rep_json_time(j, "first", r->first_s);
		rep_json_time(j, "last", r->last_s);
		rep_json_int(j, "more_for_a_verdict", r->more);
		rep_json_str_or_null(j, "meaning", rule != NULL ? meaning(s, r) : none);
		rep_json_str_or_null(j, "header_faults", header_of(s, r));
		rep_json_str_or_null(
		    j, "remedy", rule != NULL && r->is != REP_SEEN_NEXT_HOP ? rule->remedy : none);
		rep_json_str_or_null(
		    j, "letter", rule != NULL && r->is == REP_SEEN_THEIRS ? rule->letter : none);
		rep_json_str_or_null(
		    j, "url", rule != NULL && r->is != REP_SEEN_NEXT_HOP ? rule->url : none);
		rep_json_bool(j, "clear", rep_seen_is_clear(&s->verdicts, r));
		if (steps)
			steps_json(j, s, r);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}
