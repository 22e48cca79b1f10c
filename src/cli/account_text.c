/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/account_text.h"
#include "base/time.h"
#include "cli/out.h"

#include <string.h>

/* A name that can stand between quotes in a shell, and in awk, as it is. */
static bool
plain(struct rep_str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!rep_alnum(name.p[i]) && strchr("@._+=-:%", name.p[i]) == NULL)
			return false;
	return name.n > 0;
}

static void
parts(const struct rep_account *x, enum rep_who *kind, struct rep_str *name)
{
	*kind = REP_WHO_LOGIN;
	*name = x->of->who;
	(void)rep_who_split(x->of->who, kind, name);
}

/* "the login jo@shop.example", "the client 192.0.2.7", "the local user 33 (uid)" */
static struct rep_str
subject(const struct rep_verdict_set *s, const struct rep_account *x)
{
	enum rep_who kind;
	struct rep_str name;

	parts(x, &kind, &name);
	switch (kind) {
	case REP_WHO_CLIENT: return rep_arena_printf(s->arena, "The client %.*s", REP_PR(name));
	case REP_WHO_UID:
		return rep_arena_printf(
		    s->arena, "The local user %.*s (uid: a web form or a script)", REP_PR(name));
	default: return rep_arena_printf(s->arena, "The login %.*s", REP_PR(name));
	}
}

static void
headline(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_account *x)
{
	char since[48], peak[48], known[48], n1[32], n2[32];
	struct rep_str who = subject(s, x), text;

	rep_when(x->since_s, since);
	rep_when(x->peak_s, peak);
	rep_when(x->known_s, known);
	text = x->fresh
	    ? rep_arena_printf(s->arena,
		  "%.*s submitted mail to %s recipients around the time the refusals began (%s), "
		  "%s of them in the hour from %s. Before that it had submitted none, at least "
		  "since %s.",
		  REP_PR(who), rep_out_number(x->sum, n1), since, rep_out_number(x->peak, n2), peak,
		  known)
	    : rep_arena_printf(s->arena,
		  "%.*s submitted mail to %s recipients in the hour from %s. Its busiest hour "
		  "before that, since %s, had %s%s. The refusals began %s.",
		  REP_PR(who), rep_out_number(x->peak, n1), peak, known,
		  rep_out_number(x->before, n2), x->at_most ? " at most" : "", since);
	rep_buf_add(b, rep_str_c(rep_paint(REP_BOLD)));
	rep_out_wrap(b, text, 0, 0);
	rep_buf_add(b, rep_str_c(rep_unpaint()));
	rep_buf_addc(b, '\n');
}

static void
step(struct rep_buf *b, unsigned n, const char *text)
{
	rep_buf_printf(b, "  %u  ", n);
	rep_out_wrap(b, rep_str_c(text), 5, 5);
	rep_buf_addc(b, '\n');
}

/*
 * The queue ids of what one handed in, from the log of Postfix: the word before client= or uid=. An
 * id may be used again for other mail later, so what is deleted is only what was put on hold.
 */
static void
commands(struct rep_buf *b, const struct rep_account *x)
{
	static const char *const words[REP_WHO_N] = { "sasl_username=", "[", "uid=" };
	static const char *const ends[REP_WHO_N] = { "", "]", "" };
	enum rep_who kind;
	struct rep_str name;

	parts(x, &kind, &name);
	if (!plain(name))
		name = REP_S("NAME");
	rep_buf_printf(b,
	    "\nawk -v w='%s%.*s%s' '{ gsub(/[,:]( |$)/, \" \"); id = \"\"\n"
	    "  for (i = 2; i <= NF; i++) { if ($i ~ /^(client|uid)=/) id = $(i - 1)\n"
	    "    if (id != \"\" && %s) { print id; break } } }' \\\n"
	    "  /var/log/mail.log | sort -u > /root/handed-in\n"
	    "postsuper -h - < /root/handed-in\n"
	    "postqueue -j | grep -F -f /root/handed-in\n\n",
	    words[kind], REP_PR(name), ends[kind],
	    kind == REP_WHO_CLIENT ? "index($i, w) > 0" : "$i == w");
}

static void
steps(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_account *x)
{
	static const char *const lock[REP_WHO_N] = {
		"If this mail is not yours: change the password of this login where your accounts "
		"are kept, end its sessions (systemctl restart postfix), then put its mail in the "
		"queue on hold and look at it. On Postfix:",
		"If this mail is not yours: block this client (a firewall, or a line with REJECT "
		"in check_client_access), find out why it may send through this server at all "
		"(mynetworks, relay_domains, forwarding), then put its mail in the queue on hold "
		"and look at it. On Postfix:",
		"If this mail is not yours: find the web form or script that runs as this user "
		"(getent passwd UID shows its name) and stop it, then put its mail in the queue "
		"on hold and look at it. On Postfix:",
	};
	enum rep_who kind;
	struct rep_str name;

	(void)s;
	parts(x, &kind, &name);
	step(b, 1, lock[kind]);
	commands(b, x);
	step(b, 2,
	    "If it is spam, delete it. This deletes only mail on hold. (To release a message of "
	    "yours among it: postsuper -H ID.)");
	rep_buf_add(b, REP_S("\npostsuper -d - hold < /root/handed-in\n\n"));
	step(b, 3,
	    "Ask for delisting only after that, and do not move this mail to another address or "
	    "relay: the next one would be refused too. A campaign that you planned looks the same "
	    "in a log. Then nothing was stolen: look at its recipients and its pace.");
}

/* Those that had no place of their own are counted, but nobody can be named among them. */
static void
without_place(struct rep_buf *b, const struct rep_verdict_set *s)
{
	uint64_t all = 0;
	char n1[32];

	for (size_t i = 0; i < s->in.handed_n; i++)
		for (size_t k = 0; s->in.handed[i].who.n == 0 && k < s->in.handed[i].hours_n; k++)
			all += s->in.handed[i].hours[k].n;
	if (all == 0)
		return;
	rep_out_wrap(b,
	    rep_arena_printf(s->arena,
		"There are too many logins and clients to count one by one: for mail to %s "
		"recipients in 14 days it is not known who submitted it.",
		rep_out_number(all, n1)),
	    0, 0);
	rep_buf_add(b, REP_S("\n\n"));
}

size_t
rep_account_text(struct rep_buf *b, const struct rep_verdict_set *s)
{
	for (size_t n = 0; n < s->verdicts.accounts_n; n++) {
		headline(b, s, &s->verdicts.accounts[n]);
		steps(b, s, &s->verdicts.accounts[n]);
		if (n + 1 < s->verdicts.accounts_n)
			rep_buf_addc(b, '\n');
	}
	if (s->verdicts.accounts_n > 0)
		without_place(b, s);
	return s->verdicts.accounts_n;
}

bool
rep_account_of(const struct rep_verdict_set *s, uint32_t label)
{
	for (size_t n = 0; n < s->verdicts.accounts_n; n++)
		if (s->verdicts.accounts[n].label == label)
			return true;
	return false;
}

void
rep_account_json(struct rep_json *j, const struct rep_verdict_set *s)
{
	rep_json_arr(j, "accounts");
	for (size_t n = 0; n < s->verdicts.accounts_n; n++) {
		const struct rep_account *x = &s->verdicts.accounts[n];
		enum rep_who kind;
		struct rep_str name;

		parts(x, &kind, &name);
		rep_json_obj(j, NULL);
		rep_json_cstr(j, "kind", rep_who_word(kind));
		rep_json_str(j, "name", name);
		rep_json_str(j, "source_label", rep_name(&s->in.names, x->label));
		rep_json_bool(j, "new", x->fresh);
		rep_json_time(j, "since", x->since_s);
		rep_json_time(j, "peak_at", x->peak_s);
		rep_json_int(j, "peak", (int64_t)x->peak);
		rep_json_int(j, "before", (int64_t)x->before);
		rep_json_bool(j, "before_at_most", x->at_most);
		rep_json_int(j, "sum", (int64_t)x->sum);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}
