/* SPDX-License-Identifier: Apache-2.0 */
#include "steer/change.h"
#include "setup/postconf.h"

static const struct rep_str none = { "", 0 };
static const char filter_name[] = "smtp_delivery_status_filter";

const char *const rep_steer_parameters[] = { "mail_version", "transport_maps", "defer_transports",
	"smtp_delivery_status_filter", "smtp_skip_5xx_greeting", "smtp_reply_filter", "relayhost",
	"default_database_type", "default_transport", "sender_dependent_default_transport_maps",
	"sender_dependent_relayhost_maps", "maximal_queue_lifetime", NULL };

struct steer_planning {
	const struct rep_steer_postfix *p;
	struct rep_arena *a;
	struct rep_steer_plan *out;
	bool full; /* of the arena, or of the plan */
};

static struct rep_str
value(const struct steer_planning *x, const char *name)
{
	return rep_postconf_value(x->p->main, name);
}

static struct rep_str
kept(struct steer_planning *x, struct rep_str s)
{
	x->full |= s.p == NULL;
	return s.p == NULL ? none : s;
}

static void
remark(struct steer_planning *x, struct rep_str sentence)
{
	struct rep_steer_plan *o = x->out;

	sentence = kept(x, sentence);
	x->full |= o->remarks_n == REP_STEER_REMARKS_MAX;
	if (o->remarks_n < REP_STEER_REMARKS_MAX)
		o->remarks[o->remarks_n++] = sentence;
}

static bool
has(struct rep_str list, struct rep_str part)
{
	struct rep_str word;

	while (rep_postconf_word(&list, &word))
		if (rep_str_eq(word, part))
			return true;
	return false;
}

/* A list gets a part: in front, where the first that knows an answer is asked. */
static void
add(struct steer_planning *x, const struct rep_cf_change *at, struct rep_str was,
    const char *sentence)
{
	struct rep_steer_plan *o = x->out;
	struct rep_steer_change *c = &o->v[o->n];
	/* An option of master.cf has no blanks, if it has no braces. */
	const char *between = at->service.n > 0 ? "," : ", ";

	if (has(was, at->part))
		return;
	*c = (struct rep_steer_change){ .at = *at, .was = was, .why = sentence };
	c->will = was.n == 0
	    ? at->part
	    : kept(x, rep_arena_printf(x->a, "%.*s%s%.*s", REP_PR(at->part), between, REP_PR(was)));
	o->n++;
}

/* Whether the service has the option, also with an empty value. */
static bool
has_option(
    const struct rep_steer_postfix *p, const struct rep_postconf_service *s, const char *name)
{
	struct rep_str rest = p->options, line;

	while (rep_str_take_line(&rest, &line)) {
		size_t slash = rep_str_chr(line, '/', 0), next = rep_str_chr(line, '/', slash + 1);

		if (slash != SIZE_MAX && next != SIZE_MAX &&
		    rep_str_eq(rep_str_sub(line, 0, slash), s->name) &&
		    rep_str_eq(rep_str_sub(line, slash + 1, next - slash - 1), s->type) &&
		    rep_str_starts(rep_str_sub(line, next + 1, line.n), rep_str_c(name)) &&
		    rep_str_starts(rep_str_sub(line, next + 1 + strlen(name), line.n), REP_S(" =")))
			return true;
	}
	return false;
}

size_t
rep_steer_places(const struct rep_steer_postfix *p, const struct rep_steer_plan *plan,
    struct rep_cf_change v[REP_STEER_CHANGES_MAX])
{
	struct rep_str filter = rep_str_c(filter_name), all = p->services;
	struct rep_postconf_service s;
	size_t n = 0;

	v[n++] = (struct rep_cf_change){ none, none, filter, plan->table };
	v[n++] = (struct rep_cf_change){ none, none, REP_S("transport_maps"), plan->map };
	v[n++] =
	    (struct rep_cf_change){ none, none, REP_S("defer_transports"), REP_S(REP_STEER_HOLD) };
	while (rep_postconf_service(&all, &s)) {
		/* A service of smtp(8) with a filter of its own, also an empty one, does not see that of main.cf. */
		if (!rep_str_eq(s.command, REP_S("smtp")) || !has_option(p, &s, filter_name))
			continue;
		if (n < REP_STEER_CHANGES_MAX)
			v[n] = (struct rep_cf_change){ s.name, s.type, filter, plan->table };
		n++;
	}
	return n;
}

/* What stands at a place now. */
static struct rep_str
value_at(const struct steer_planning *x, const struct rep_cf_change *at)
{
	struct rep_postconf_service s = { .name = at->service, .type = at->type };

	if (at->service.n > 0)
		return rep_postconf_option(x->p->options, &s, filter_name);
	for (size_t i = 0; rep_steer_parameters[i] != NULL; i++)
		if (rep_str_eq(at->name, rep_str_c(rep_steer_parameters[i])))
			return value(x, rep_steer_parameters[i]);
	return none;
}

static const char *
why(const struct rep_cf_change *at)
{
	if (at->service.n > 0)
		return "This service has a filter of its own; it gets the table, too.";
	if (rep_str_eq(at->name, REP_S("transport_maps")))
		return "The domains that are held. The map is empty until there is a hold.";
	if (rep_str_eq(at->name, REP_S("defer_transports")))
		return "Mail for held domains waits in the queue, and nothing is tried.";
	return "A refusal of this server, in answer to its greeting or the sender, waits instead of bouncing.";
}

/* The major version: 3 of "3.7.11"; 0: it says none. */
static unsigned
major(struct rep_str version)
{
	uint64_t n = 0;

	return rep_str_u64(rep_str_sub(version, 0, rep_str_chr(version, '.', 0)), 99, &n)
	    ? (unsigned)n
	    : 0;
}

static struct rep_str
refusal(struct steer_planning *x)
{
	struct rep_str version = value(x, "mail_version"), relay = value(x, "relayhost");
	struct rep_str type = value(x, "default_database_type"), transport, hop;

	if (major(version) < 3)
		return kept(x,
		    rep_arena_printf(x->a,
			"This Postfix says that it is version \"%.*s\"; it takes 3.0 or newer.",
			REP_PR(version)));
	rep_postconf_route(value(x, "default_transport"), &transport, &hop);
	/* "smtp" alone is a transport, which rep_postconf_route takes for a next hop. */
	if (relay.n == 0 && transport.n > 0)
		relay = hop;
	if (relay.n > 0)
		return kept(x,
		    rep_arena_printf(x->a,
			"All mail of this Postfix goes to %.*s (relayhost or default_transport). Providers refuse that "
			"server and not this one, so it has to be steered there.",
			REP_PR(relay)));
	if (!rep_str_eq(type, REP_S("hash")) && !rep_str_eq(type, REP_S("btree")) &&
	    !rep_str_eq(type, REP_S("lmdb")) && !rep_str_eq(type, REP_S("cdb")))
		return kept(x,
		    rep_arena_printf(x->a,
			"default_database_type is \"%.*s\". reputed writes hash, btree, lmdb or cdb.",
			REP_PR(type)));
	return none;
}

static void
add_remarks(struct steer_planning *x)
{
	struct rep_str life = value(x, "maximal_queue_lifetime");

	if (rep_str_eq(value(x, "smtp_skip_5xx_greeting"), REP_S("no")))
		remark(x,
		    REP_S("smtp_skip_5xx_greeting is no: a server that refuses you before it says "
			  "anything else makes mail bounce. Take that line out."));
	if (value(x, "smtp_reply_filter").n > 0)
		remark(x,
		    REP_S("smtp_reply_filter changes the words of servers before reputed sees "
			  "them. What it changes may bounce."));
	if (value(x, "sender_dependent_relayhost_maps").n > 0)
		remark(x,
		    REP_S(
			"sender_dependent_relayhost_maps sends some mail to another server. Providers "
			"refuse that server, and nothing of it is steered here."));
	if (value(x, "sender_dependent_default_transport_maps").n > 0)
		remark(x,
		    REP_S("You choose the way of mail by its sender. Postfix holds mail by its "
			  "recipient only: a hold is for all senders."));
	remark(x,
	    rep_arena_printf(x->a,
		"A message waits at most %.*s (maximal_queue_lifetime); then it goes back to its "
		"sender.",
		REP_PR(life)));
}

enum rep_rc
rep_steer_plan_make(const struct rep_steer_postfix *p, struct rep_arena *a,
    struct rep_steer_plan *out, struct rep_err *err)
{
	struct steer_planning x = { .p = p, .a = a, .out = out };
	struct rep_cf_change places[REP_STEER_CHANGES_MAX];
	struct rep_str type = value(&x, "default_database_type");
	size_t n;

	*out = (struct rep_steer_plan){ .refused = none };
	out->refused = refusal(&x);
	out->table =
	    kept(&x, rep_arena_printf(a, "regexp:%.*s/reputed/softened", REP_PR(p->folder)));
	out->map = kept(
	    &x, rep_arena_printf(a, "%.*s:%.*s/reputed/hold", REP_PR(type), REP_PR(p->folder)));
	if (out->refused.n > 0)
		return x.full ? rep_fail(err, REP_EMEM, "out of memory") : REP_OK;
	n = rep_steer_places(p, out, places);
	if (n > REP_STEER_CHANGES_MAX)
		return rep_fail(err, REP_ELIMIT,
		    "%zu services of this Postfix have a filter of their own; at most %d fit in a plan",
		    n - 3, REP_STEER_CHANGES_MAX - 3);
	for (size_t i = 0; i < n; i++)
		out->parts += has(value_at(&x, &places[i]), places[i].part);
	for (size_t i = 0; i < n; i++)
		add(&x, &places[i], value_at(&x, &places[i]), why(&places[i]));
	add_remarks(&x);
	return x.full
	    ? rep_fail(err, REP_ELIMIT, "this Postfix has more services than fit in a plan")
	    : REP_OK;
}
