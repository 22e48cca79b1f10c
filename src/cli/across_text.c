/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/across_text.h"
#include "base/time.h"
#include "cli/account_text.h"
#include "cli/out.h"
#include "judge/advised.h"
#include "judge/index.h"
#include "judge/passed.h"

enum { NAMED_MAX = 6 };

static const struct rep_cell *
cell_of(const struct rep_verdict_set *s, size_t incident)
{
	return &s->verdicts.cells[s->verdicts.incidents[incident].cell];
}

/* Adds a name to a list of `all`, of which at most NAMED_MAX are named. */
static void
add_name(struct rep_buf *b, struct rep_str name, size_t n, size_t all)
{
	bool last = n + 1 == all || n + 1 == NAMED_MAX;

	if (n >= NAMED_MAX)
		return;
	rep_buf_add(b,
	    n == 0			   ? REP_S("")
		: last && all <= NAMED_MAX ? REP_S(" and ")
					   : REP_S(", "));
	rep_buf_add(b, name);
}

/* "Apple (iCloud), Yahoo (with AOL and AT&T) and the mail hosts of small.example" */
static struct rep_str
receivers(const struct rep_verdict_set *s, const struct rep_across *x, size_t all)
{
	struct rep_buf b;
	size_t n = 0;

	rep_buf_init(&b, 1 << 16);
	for (; n < x->n; n++)
		add_name(&b, rep_provider_text(&s->in, &cell_of(s, x->incidents[n])->key, s->arena),
		    n, all);
	for (size_t i = 0; i < x->few_n; i++)
		add_name(&b, rep_provider_text(&s->in, &s->verdicts.cells[x->few[i]].key, s->arena),
		    n++, all);
	if (all > NAMED_MAX)
		rep_buf_printf(&b, " and %zu more", all - NAMED_MAX);
	return rep_arena_take(s->arena, &b);
}

static void
step(struct rep_buf *b, unsigned n, struct rep_str text, const char *const *lines, size_t lines_n)
{
	rep_buf_printf(b, "  %u  ", n);
	rep_out_wrap(b, text, 5, 5);
	rep_buf_addc(b, '\n');
	if (lines_n > 0)
		rep_buf_addc(b, '\n');
	for (size_t i = 0; i < lines_n; i++)
		rep_buf_printf(b, "%s\n", lines[i]);
	if (lines_n > 0)
		rep_buf_addc(b, '\n');
}

/* Messages in the log that the source forwards for others: attempts, and what is still open. */
static uint64_t
forwarded(const struct rep_verdict_set *s, const struct rep_across *x)
{
	bool *is = rep_arena_alloc(s->arena, s->in.names.n + 1); /* by stream */
	uint64_t n = s->in.waits.forwarded;

	for (uint32_t k = 0; is != NULL && k < s->in.names.n; k++)
		is[k] = rep_passed_forwarded(&s->in, k);
	for (size_t c = 0; is != NULL && c < s->verdicts.cells_n; c++) {
		const struct rep_observation *o;
		size_t all;

		if (s->verdicts.cells[c].key.label != x->label)
			continue;
		o = rep_index_obs(&s->verdicts, &s->verdicts.cells[c], &all);
		for (size_t i = 0; i < all; i++)
			n += o[i].stream < s->in.names.n && is[o[i].stream] ? o[i].count : 0;
	}
	return n;
}

static bool
of_exim(const struct rep_verdict_set *s, const struct rep_across *x)
{
	return rep_advised_exim(rep_name(&s->in.names, x->label));
}

static void
own_mail_steps(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_across *x)
{
	static const char *const look[2][4] = {
		{
		    ("postqueue -p | awk '/^[0-9A-Za-z]/ && NF == 7 { print $7 }' | sort | uniq -c | "
		     "sort -rn | head"),
		    "grep -ho 'sasl_username=[^ ,]*' /var/log/mail.log | sort | uniq -c | sort -rn | head",
		    "grep -ho 'pickup.*uid=[0-9]*' /var/log/mail.log | grep -o 'uid=[0-9]*' | sort | uniq -c",
		    rep_advised_forwarded,
		},
		{
		    "exim -bp | awk '$4 ~ /^</ { print $4 }' | sort | uniq -c | sort -rn | head",
		    ("grep -ho ' A=[a-z0-9_]*:[^ ]*' /var/log/exim4/mainlog | sort | uniq -c | sort -rn | "
		     "head"),
		    "grep -ho ' U=[^ ]* P=local' /var/log/exim4/mainlog | sort | uniq -c | sort -rn",
		    ("grep -hoi ' <= SRS[01][-+=][^ ]*' /var/log/exim4/mainlog | awk -F= '{ print $(NF-1) "
		     "}' | sort | uniq -c | sort -rn | head"),
		},
	};
	static const char *const purge[2][1] = {
		{ "postqueue -p | awk -v s='SENDER' '$7 == s { sub(/[*!#]+$/, \"\", $1); print $1 }' | "
		  "postsuper -d -" },
		{ "exiqgrep -i -f '^<SENDER>$' | xargs -r exim -Mrm" },
	};
	static const char *const notes[2] = {
		"mail of yesterday is in mail.log.1. The sender <> is "
		"shown as MAILER-DAEMON in the queue.",
		"mail of yesterday is in mainlog.1. On Red Hat and cPanel the log is "
		"/var/log/exim/main.log or /var/log/exim_mainlog."
	};
	bool exim = of_exim(s, x);
	uint64_t sent_on = forwarded(s, x);
	char n1[32];

	step(b, 1,
	    rep_arena_printf(s->arena,
		"Before anything else, look at what leaves this server: which senders fill the "
		"queue, which logins sent it, which local users (a web form or a script), and "
		"for which domains you forward mail (senders that begin with SRS0=). %s%s%sLook for "
		"one with far more than the others, or one that you do not know. Nothing is "
		"printed if nothing is there; %s",
		sent_on > 0 ? "This log shows forwarded mail (" : "",
		sent_on > 0 ? rep_out_number(sent_on, n1) : "",
		sent_on == 1	  ? " message): look at that first. "
		    : sent_on > 0 ? " messages): look at that first. "
				  : "",
		notes[exim]),
	    look[exim], REP_COUNT(look[exim]));
	step(b, 2,
	    REP_S("Stop it: change the password of that login and end its sessions, close the web "
		  "form, or turn the forwarding off. Then, as root, delete its mail from the "
		  "queue. This deletes all mail of that sender for good, the wanted mail too. Put "
		  "its address in place of SENDER:"),
	    purge[exim], REP_COUNT(purge[exim]));
	step(b, 3,
	    REP_S(
		"Ask for delisting only after that, and do not move this mail to another address or "
		"relay: the next one would be refused too."),
	    NULL, 0);
}

/* Another way is named only where conduct allows it for all of them. */
static bool
may_name_a_way(const struct rep_verdict_set *s, const struct rep_across *x)
{
	for (size_t n = 0; n < x->n; n++)
		if (!s->verdicts.incidents[x->incidents[n]].conduct.way)
			return false;
	return x->n > 0; /* conduct is judged in incidents alone */
}

/* The commands stand below the text, so that they can be pasted as one block. */
static void
relay_commands(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_across *x)
{
	rep_buf_addc(b, '\n');
	rep_out_verbatim(b, rep_str_c(rep_advised_relay(of_exim(s, x))));
}

static void
range_steps(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_across *x)
{
	bool way = may_name_a_way(s, x);

	step(b, 1,
	    way ? REP_S(
		      "Send through " REP_ADVISED_RELAY
		      ". Or rent a static address and set its PTR to a name of your own. Delisting "
		      "does not help: the list holds ranges that may not send mail.")
		: REP_S("Rent a static address and set its PTR to a name of your own. Delisting "
			"does not help: the list holds ranges that may not send mail."),
	    NULL, 0);
	if (way)
		relay_commands(b, s, x);
}

static void
identity_steps(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_across *x)
{
	(void)s;
	(void)x;
	step(b, 1,
	    REP_S("Set the PTR of the address to the name that the server says in HELO (at the "
		  "hoster or cloud you rent the address from), and give that name an A record with "
		  "the address. One fix for all of them: reputed explain rdns"),
	    NULL, 0);
}

static void
way_out_steps(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_across *x)
{
	static const char *const test[] = { "nc -vz -w 10 gmail-smtp-in.l.google.com 25",
		"nc -vz -w 10 mx-aol.mail.gm0.yahoodns.net 25" };

	/* nobody refused anything: the relay is no way around a refusal */
	step(b, 1,
	    REP_S(
		"Check that it is the port and not one host. Both time out if port 25 is closed:"),
	    test, REP_COUNT(test));
	step(b, 2,
	    REP_S(
		"Look at your own firewall first (nft list ruleset, security group). If it allows "
		"port 25 out, ask the hoster to open it: AWS has a form to remove the limit, "
		"Hetzner and OVH open it by ticket or in their panel after the first bill, Azure "
		"only for some contracts, Google Cloud and most home lines never."),
	    NULL, 0);
	step(b, 3,
	    REP_S("If it stays closed, send through " REP_ADVISED_RELAY
		  ". Until then mail waits in the queue: five days by default."),
	    NULL, 0);
	relay_commands(b, s, x);
}

struct rep_str
rep_across_headline(const struct rep_verdict_set *s, const struct rep_across *x)
{
	char ip[REP_IP_TEXT], when[48], span[REP_TIME_TEXT], n1[32];
	struct rep_str source = rep_source_text(&s->in, x->label, ip), text = { "", 0 };
	size_t all = x->n + x->few_n;
	struct rep_str who = receivers(s, x, all);
	bool together = x->last_s > x->first_s;

	rep_when(x->first_s, when);
	rep_time_span(x->last_s - x->first_s, span);
	switch (x->is) {
	case REP_ACROSS_OWN_MAIL:
		text = rep_arena_printf(s->arena,
		    "%zu unrelated receivers have refused or slowed mail from %.*s since "
		    "%s%s%s%s: %.*s. All they share is the mail that leaves this server. Most "
		    "likely: a stolen login, an abused web form, or forwarded spam; not the "
		    "neighbourhood.",
		    all, REP_PR(source), when, together ? " (all within " : "",
		    together ? span : "", together ? ")" : "", REP_PR(who));
		break;
	case REP_ACROSS_RANGE:
		text = rep_arena_printf(s->arena,
		    "%zu receivers have refused %.*s since %s for one reason: its range is "
		    "dynamic or residential, or may not send mail directly (%.*s).",
		    all, REP_PR(source), when, REP_PR(who));
		break;
	case REP_ACROSS_IDENTITY:
		text = rep_arena_printf(s->arena,
		    "%zu receivers have refused %.*s since %s for one reason: the name of the "
		    "server, PTR or HELO (%.*s).",
		    all, REP_PR(source), when, REP_PR(who));
		break;
	case REP_ACROSS_WAY_OUT:
		text = rep_arena_printf(s->arena,
		    "No connection leaves %.*s: all %s attempts since %s ended before any provider "
		    "answered. No provider refuses you. Port 25 is closed on the way out: by the "
		    "hoster, the internet provider or a firewall.",
		    REP_PR(source), rep_out_number(x->attempts, n1), when);
		break;
	case REP_ACROSS_N: break;
	}
	return text;
}

static void
headline(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_across *x)
{
	rep_buf_add(b, rep_str_c(rep_paint(REP_BOLD)));
	rep_out_wrap(b, rep_across_headline(s, x), 0, 0);
	rep_buf_add(b, rep_str_c(rep_unpaint()));
	rep_buf_addc(b, '\n');
}

/* Which providers were not reached, since there may be no incident that names them. */
static void
not_reached(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_across *x)
{
	size_t told = 0;

	rep_buf_add(b, REP_S("Not reached: "));
	for (size_t n = 0; n < s->verdicts.cells_n && told < NAMED_MAX; n++) {
		const struct rep_cell *c = &s->verdicts.cells[n];

		if (c->key.label != x->label || c->key.route != 0 || c->folded ||
		    c->classes[REP_CLASS_NETWORK] == 0)
			continue;
		rep_buf_add(b, told++ > 0 ? REP_S(", ") : REP_S(""));
		rep_buf_add(b, rep_provider_text(&s->in, &c->key, s->arena));
	}
	rep_buf_add(b, REP_S(".\n"));
}

size_t
rep_across_text(struct rep_buf *b, const struct rep_verdict_set *s)
{
	static void (*const steps[REP_ACROSS_N])(struct rep_buf *, const struct rep_verdict_set *,
	    const struct rep_across *) = { own_mail_steps, range_steps, identity_steps,
		way_out_steps };

	for (size_t n = 0; n < s->verdicts.across_n; n++) {
		const struct rep_across *x = &s->verdicts.across[n];

		headline(b, s, x);
		if (x->is == REP_ACROSS_WAY_OUT)
			not_reached(b, s, x);
		if (x->is == REP_ACROSS_OWN_MAIL && rep_account_of(s, x->label))
			step(b, 1,
			    REP_S("Do the steps above first: they stop what is refused here."),
			    NULL, 0);
		else
			steps[x->is](b, s, x);
		if (n + 1 < s->verdicts.across_n)
			rep_buf_addc(b, '\n');
	}
	return s->verdicts.across_n;
}

void
rep_across_json(struct rep_json *j, const struct rep_verdict_set *s)
{
	char ip[REP_IP_TEXT];

	rep_json_arr(j, "across");
	for (size_t n = 0; n < s->verdicts.across_n; n++) {
		const struct rep_across *x = &s->verdicts.across[n];

		rep_json_obj(j, NULL);
		rep_json_cstr(j, "is", rep_across_word(x->is));
		rep_json_str(j, "source", rep_source_text(&s->in, x->label, ip));
		rep_json_str(j, "source_label", rep_name(&s->in.names, x->label));
		rep_json_time(j, "since", x->first_s);
		rep_json_str(j, "sentence", rep_across_headline(s, x));
		rep_json_arr(j, "incidents");
		for (size_t k = 0; k < x->n; k++)
			rep_json_int(j, NULL, s->verdicts.incidents[x->incidents[k]].id);
		rep_json_end_arr(j);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}
