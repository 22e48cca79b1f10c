/* SPDX-License-Identifier: Apache-2.0 */
#include "intake/heard.h"

/* --- who spoke ---------------------------------------------------------------------------------- */

/*
 * True for the name of a host: not an address. A word without a dot is a name only together with an
 * address.
 */
static bool
is_name(struct rep_str host, const struct rep_ip *address)
{
	struct rep_ip ip;

	if (host.n == 0 || (address->version == 0 && rep_str_chr(host, '.', 0) == SIZE_MAX))
		return false;
	/*
	 * Most names end in a letter and have no colon: these are not addresses. Parsing would be
	 * slow.
	 */
	if (!rep_digit(host.p[host.n - 1]) && memchr(host.p, ':', host.n) == NULL)
		return true;
	return !rep_ip_parse(host, &ip);
}

/* Finds who spoke. True when that proves the provider; NULL is a host of no known provider. */
static bool
find_speaker(const struct rep_know *know, struct rep_hosts *hosts, const struct rep_heard_in *in,
    struct rep_heard *out)
{
	const struct rep_smtp_reply *r = &out->reading.reply;
	const struct rep_providers *all = rep_know_providers(know);

	out->host = in->host;
	out->host_ip = in->host_ip;
	/* The reply may come from another host than the last one that was tried. */
	if (is_name(r->host, &r->host_ip)) {
		out->host = r->host;
		out->host_ip = r->host_ip.version != 0 || in->words_of == REP_WORDS_OF_OWN
		    ? r->host_ip
		    : in->host_ip;
	} else if (out->host_ip.version == 0) {
		out->host_ip = r->host_ip;
	}
	out->who = NULL;
	out->provider = NULL;
	out->provider_domain = (struct rep_str){ "", 0 };
	if (is_name(out->host, &out->host_ip)) {
		if (hosts != NULL && (out->who = rep_hosts_get(hosts, out->host)) != NULL) {
			out->host = out->who->name;
			out->provider = out->who->provider;
			out->provider_domain = out->who->domain;
		} else {
			out->provider = rep_provider_by_host(all, out->host);
			if (out->provider == NULL)
				out->provider_domain = rep_registered_domain(out->host);
		}
		return true;
	}
	if (in->service)
		out->provider = rep_provider_by_domain(all, in->recipient_domain);
	return out->provider != NULL;
}

/*
 * No host with a name spoke. A token in the reply may name the provider, else the recipient's
 * domain does.
 */
static void
without_name(const struct rep_know *know, const struct rep_heard_in *in, struct rep_heard *out)
{
	if (out->provider == NULL)
		out->provider = out->reading.provider;
	if (out->provider == NULL)
		out->provider =
		    rep_provider_by_domain(rep_know_providers(know), in->recipient_domain);
	/* An address literal (RFC 5321, 4.1.3) has no registered domain. */
	if (out->provider == NULL && !rep_str_starts(in->recipient_domain, REP_S("[")))
		out->provider_domain = rep_registered_domain(in->recipient_domain);
}

/* --- what it means --------------------------------------------------------------------------------- */

/*
 * True when the rule matched by a code alone: it asks for no words and no specific enhanced code.
 */
static bool
by_code_alone(const struct rep_reading *r)
{
	return r->rule == NULL ||
	    (r->rule->tokens_n == 0 && r->rule->texts_n == 0 &&
		(r->rule->enhs_n == 0 || r->class == REP_CLASS_UNKNOWN));
}

/* Adds what was said beside the text, if the text does not have it. */
static void
add_hints(const struct rep_heard_in *in, struct rep_smtp_reply *r)
{
	if (r->code == 0 && in->code >= 200)
		r->code = in->code;
	/* "5.0.0" adds nothing to a code */
	if (r->enh[0] == 0 && in->enh[0] >= 2 &&
	    (in->enh[1] != 0 || in->enh[2] != 0 || r->code == 0))
		memcpy(r->enh, in->enh, sizeof r->enh);
	if (r->stage == REP_STAGE_NONE)
		r->stage = in->stage;
	if (in->words_of == REP_WORDS_OF_SOMEBODY)
		r->own = false;
}

static void
read_reply(
    const struct rep_know *know, const struct rep_heard_in *in, bool known, struct rep_heard *out)
{
	static struct rep_reading own; /* 20 KB; one thread (know/know.h) */
	struct rep_smtp_reply reply = out->reading.reply;
	struct rep_reading *r = &out->reading;

	rep_know_read_reply(know, out->provider, known, &reply, r);
	if (!reply.own || in->words_of == REP_WORDS_OF_OWN || !by_code_alone(r))
		return;
	own = *r;
	reply.own = false;
	rep_know_read_reply(know, out->provider, known, &reply, r);
	if (r->rule == NULL)
		*r = own;
}

/* When the reply has no clear words, reads those of the notice. The result is never certain. */
static void
ask_the_notice(const struct rep_know *know, const struct rep_heard_in *in, struct rep_heard *out)
{
	static struct rep_reading second; /* 20 KB; one thread */
	struct rep_smtp_reply words = { .text = in->notice };

	if (in->notice.n == 0)
		return;
	words.code = out->reading.reply.code >= 400 ? out->reading.reply.code : 0;
	for (int own = 0; own <= 1; own++) {
		words.own = own != 0;
		rep_know_read_reply(know, NULL, false, &words, &second);
		if (second.rule == NULL || by_code_alone(&second) ||
		    second.rule->speaker == REP_SPEAKER_PROVIDER)
			continue;
		out->reading.rule = second.rule;
		out->class = second.class;
		out->scope = second.scope;
		out->by_words = true;
		out->certain = false;
		return;
	}
}

static void
without_rule(const struct rep_heard_in *in, struct rep_heard *out)
{
	if (out->class != REP_CLASS_UNKNOWN)
		return;
	if (in->suppressed)
		out->class = REP_CLASS_RECIPIENT;
	else if (in->expired || (in->enh[1] == 4 && in->enh[0] >= 4))
		out->class = REP_CLASS_NETWORK;
}

/* --- a reply within a reply ---------------------------------------------------------------------- */

/* "550-5.7.26 ..." or "550 5.7.1 ..." in quotation marks: a whole reply, said to somebody else. */
static bool
has_reply_in_marks(struct rep_str text)
{
	struct rep_smtp_reply in;

	for (size_t at = 0; (at = rep_str_chr(text, '"', at)) != SIZE_MAX; at++) {
		struct rep_str s = rep_str_sub(text, at + 1, 16);

		if (at > 0 && s.n > 4 && rep_smtp_reply_parse(s, &in, NULL) == REP_OK &&
		    in.code >= 400 && (in.enh[0] != 0 || s.p[3] == '-'))
			return true;
	}
	return false;
}

/* Whether the words are in the text so that their byte `mark` is at `at`. */
static bool
words_at(struct rep_str text, size_t at, struct rep_str words, size_t mark)
{
	return text.p[at] == words.p[mark] && at >= mark &&
	    rep_str_starts(rep_str_sub(text, at - mark, words.n), words);
}

static bool
refuses(struct rep_str s)
{
	struct rep_smtp_reply in;

	return rep_smtp_reply_parse(s, &in, NULL) == REP_OK && in.code >= 400;
}

/*
 * True when the reply quotes another reply: "H said: 550 ...", "response=550 ...". Somebody said
 * that to the host that spoke.
 */
static bool
quotes_another(struct rep_str text)
{
	static const struct {
		struct rep_str words;
		size_t mark; /* index of the rarest byte */
	} before[] = { { { " said: ", 7 }, 5 }, { { "response: ", 10 }, 8 },
		{ { "replied: ", 9 }, 7 }, { { "answered: ", 10 }, 8 }, { { "response=", 9 }, 8 },
		{ { "of \"", 4 }, 3 }, { { "ermanent error (", 16 }, 15 },
		{ { "emporary error (", 16 }, 15 } };
	bool seen[REP_COUNT(before)] = { false };

	if (has_reply_in_marks(text))
		return true;
	for (const char *mark = ":=\"("; *mark != '\0'; mark++)
		for (size_t at = 0; (at = rep_str_chr(text, *mark, at)) != SIZE_MAX; at++)
			for (size_t i = 0; i < REP_COUNT(before); i++)
				if (!seen[i] &&
				    words_at(text, at, before[i].words, before[i].mark)) {
					if (refuses(rep_str_sub(
						text, at - before[i].mark + before[i].words.n, 8)))
						return true;
					seen[i] = true;
				}
	return false;
}

/*
 * What a quoted reply means for us. The words were said to the host that quotes them: a list, an
 * identity or a failed check in them is that host's. For us the way to this recipient is closed,
 * and that is all. A temporary answer because the next host knows no such user is no dead address
 * either: a permanent one would be.
 */
static void
take_as_quoted(struct rep_heard *out)
{
	out->certain = false;
	switch (out->class) {
	case REP_CLASS_BLOCKED:
	case REP_CLASS_LISTED:
	case REP_CLASS_IDENTITY:
	case REP_CLASS_AUTHENTICATION:
	case REP_CLASS_THROTTLED: out->class = REP_CLASS_POLICY; break;
	case REP_CLASS_RECIPIENT:
		if (out->reading.reply.code < 500 && out->reading.reply.code != 0)
			out->class = REP_CLASS_POLICY;
		break;
	default: break;
	}
	if (out->scope != REP_SCOPE_MESSAGE && out->scope != REP_SCOPE_URL)
		out->scope = REP_SCOPE_RECIPIENT;
}

/* The reply behind "H[A] said: " when A is a private address. */
static bool
said_inside(struct rep_str text, struct rep_smtp_reply *said)
{
	struct rep_str words = REP_S(" said: "), host;
	size_t end = rep_str_find(text, words, 0), at = end, open;
	struct rep_ip ip;

	if (end == SIZE_MAX ||
	    rep_smtp_reply_parse(rep_str_sub(text, end + words.n, text.n), said, NULL) != REP_OK)
		return false;
	while (at > 0 && text.p[at - 1] != ' ' && text.p[at - 1] != '(')
		at--;
	host = rep_str_sub(text, at, end - at);
	open = rep_str_chr(host, '[', 0);
	if (open != SIZE_MAX && host.p[host.n - 1] == ']')
		host = rep_str_sub(host, open + 1, host.n - open - 2);
	return rep_ip_parse(host, &ip) && rep_ip_inside(&ip);
}

/*
 * A host with a private address that is quoted is the receiver's own mailbox server: a gateway or
 * Postfix's probe of recipients asked it. What it says of a mailbox is the receiver's own answer,
 * also when the gateway makes 450 of its 550. What it says of the gateway is as quoted as any.
 */
static bool
read_probe(const struct rep_know *know, struct rep_heard *out)
{
	static struct rep_reading inside; /* 20 KB; one thread (know/know.h) */
	struct rep_str text = out->reading.reply.text;
	struct rep_smtp_reply said = { .code = 0 };

	/* A probe of the sender asked our own mail host. */
	if (rep_str_find_nocase(text, REP_S("sender address rejected: un"), 0) != SIZE_MAX) {
		out->certain = out->quoted = false;
		return true;
	}
	if (!said_inside(text, &said))
		return false;
	rep_know_read_reply(know, NULL, false, &said, &inside);
	if (inside.class != REP_CLASS_MAILBOX &&
	    (inside.class != REP_CLASS_RECIPIENT || said.code < 500))
		return false;
	out->reading.rule = inside.rule;
	out->class = inside.class;
	out->scope = inside.scope;
	out->certain = out->quoted = false;
	return true;
}

/*
 * A forwarder may repeat the reply of the next host. The address in that reply is the forwarder's,
 * and the trouble concerns one recipient, whatever the words say.
 */
static void
find_quoted(const struct rep_know *know, const struct rep_heard_in *in, struct rep_heard *out,
    const struct rep_ip *address)
{
	out->quoted = in->quoted ||
	    (!out->reading.reply.own &&
		(quotes_another(out->reading.reply.text) ||
		    (address->version != 0 && out->host_ip.version != 0 &&
			rep_ip_eq(address, &out->host_ip))));
	if (out->quoted && !read_probe(know, out))
		take_as_quoted(out);
}

/*
 * Our address is learnt only when the provider's own host names the address it sees, in its own
 * words or in those of a list that it asks, and no relay is used. A reply that it quotes names the
 * address of somebody else, and so does one that names the host itself.
 */
static void
name_address(struct rep_heard *out, bool known, const struct rep_ip *address)
{
	const struct rep_rule *rule = out->reading.rule;

	if (known && out->certain && !out->quoted && rule != NULL && out->provider != NULL &&
	    (rule->speaker == REP_SPEAKER_PROVIDER || rule->speaker == REP_SPEAKER_SOFTWARE) &&
	    out->route.n == 0 && address->version != 0 && !rep_ip_private(address))
		out->named = *address;
}

/* The address in the words that the rule knows as the provider's own. It is nobody's in private. */
static void
find_contact(struct rep_heard *out)
{
	const struct rep_rule *rule = out->reading.rule;
	struct rep_str mailto = REP_S("mailto:"), address;
	size_t at;

	if (rule == NULL || rep_str_chr(out->words, '@', 0) == SIZE_MAX)
		return;
	for (size_t i = 0; i <= rule->tokens_n && out->contact.n == 0; i++) {
		address = i < rule->tokens_n ? rule->tokens[i].as_written
		    : rep_str_starts(rule->url, mailto)
		    ? rep_str_sub(rule->url, mailto.n, rule->url.n)
		    : (struct rep_str){ "", 0 };
		if (rep_str_chr(address, '@', 0) == SIZE_MAX)
			continue;
		if ((at = rep_str_find_nocase(out->words, address, 0)) != SIZE_MAX)
			out->contact = rep_str_sub(out->words, at, address.n);
	}
}

/* --- all of it --------------------------------------------------------------------------------------- */

/*
 * Postfix writes "refused to talk to me" for the greeting and for EHLO. After a 5xx greeting it
 * tries again, after a 5xx to EHLO it does not (doc/sources.md, 7).
 */
static void
greeting_or_ehlo(const struct rep_heard_in *in, struct rep_smtp_reply *r)
{
	if (r->stage == REP_STAGE_CONNECT && in->status == REP_STATUS_BOUNCED && r->code >= 500)
		r->stage = REP_STAGE_EHLO;
}

static void
read_failure(
    const struct rep_know *know, const struct rep_heard_in *in, bool known, struct rep_heard *out)
{
	struct rep_reading *r = &out->reading;
	struct rep_ip address = { .version = 0 };

	add_hints(in, &r->reply);
	r->reply.host = out->host;
	read_reply(know, in, known, out);
	out->class = r->class;
	out->scope = r->scope;
	out->certain = r->certain;
	out->stage = r->reply.stage;
	if (out->class != REP_CLASS_ACCEPTED &&
	    (by_code_alone(r) || out->class == REP_CLASS_UNKNOWN))
		ask_the_notice(know, in, out);
	without_rule(in, out);
	(void)rep_ip_parse(r->capture[REP_CAPTURE_ADDRESS], &address);
	find_quoted(know, in, out, &address);
	if (out->provider != NULL && out->provider->kind == REP_PROVIDER_ROUTE && out->route.n == 0)
		out->route = out->provider->id;
	name_address(out, known, &address);
	find_contact(out);
}

/* Postfix repeats an older reply when it does not even try. Then nobody was asked. */
static bool
suspended(struct rep_str *text)
{
	struct rep_str s = REP_S("delivery temporarily suspended: ");

	if (!rep_str_starts(*text, s))
		return false;
	*text = rep_str_sub(*text, s.n, text->n);
	return true;
}

/* The server's words with their codes, as in the log. */
static struct rep_str
reply_words(struct rep_str text, const struct rep_smtp_reply *r)
{
	const char *p, *end;

	if (r->own || r->text.n == 0)
		return text;
	p = r->text.p;
	end = p + r->text.n;
	/* Go back over the codes before the text. */
	while (p > text.p && p[-1] != ':' && p[-1] != ';' && p[-1] != '(' && p[-1] != '\'')
		p--;
	while (p < end && *p == ' ')
		p++;
	return (struct rep_str){ p, (size_t)(end - p) };
}

void
rep_heard_read(const struct rep_know *know, struct rep_hosts *hosts, const struct rep_heard_in *in,
    struct rep_heard *out)
{
	struct rep_smtp_reply *reply = &out->reading.reply;
	struct rep_str text = in->text;
	bool late = suspended(&text), known;

	*reply = (struct rep_smtp_reply){ .own = true };
	out->reading.rule = NULL;
	out->reading.provider = NULL;
	out->route = in->route;
	out->named.version = 0;
	out->contact = (struct rep_str){ "", 0 };
	out->by_words = out->quoted = false;
	if (in->status != REP_STATUS_SENT)
		rep_smtp_reply_find(text, reply);
	else if (rep_smtp_reply_parse(text, reply, NULL) != REP_OK)
		*reply = (struct rep_smtp_reply){ .own = true };
	out->words = reply_words(text, reply);
	greeting_or_ehlo(in, reply);
	known = find_speaker(know, hosts, in, out);
	out->class = REP_CLASS_ACCEPTED;
	out->scope = REP_SCOPE_NONE;
	out->stage = REP_STAGE_DOT;
	out->certain = true;
	if (in->status != REP_STATUS_SENT)
		read_failure(know, in, known, out);
	if (!known)
		without_name(know, in, out);
	if (out->route.n == 0 && out->provider != NULL && out->provider->kind == REP_PROVIDER_ROUTE)
		out->route = out->provider->id;
	out->evidence = (in->asked || !reply->own) && !in->suppressed && !late;
}

struct rep_str
rep_heard_provider_id(const struct rep_heard *h)
{
	return h->provider != NULL ? h->provider->id : REP_S("other");
}

void
rep_heard_tell(const struct rep_heard *h, struct rep_fact *f)
{
	f->route = h->route;
	f->provider = rep_heard_provider_id(h);
	f->provider_domain = h->provider_domain;
	f->host = h->host;
	f->host_ip = h->host_ip;
	f->class = h->class;
	f->scope = h->scope;
	f->stage = h->stage;
	f->certain = h->certain;
	f->quoted = h->quoted;
	f->evidence = h->evidence;
	f->rule = h->reading.rule != NULL ? h->reading.rule->id : (struct rep_str){ "", 0 };
	f->code = h->reading.reply.code;
	memcpy(f->enh, h->reading.reply.enh, sizeof f->enh);
	f->text = h->words;
	f->contact = h->contact;
}
