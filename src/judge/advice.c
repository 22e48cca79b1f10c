/*
 * The next steps, in the order of their effect, and the text of the request that a person sends.
 * The scope of the refusal decides which kinds of step make sense (judge/scope.h). Own conduct
 * decides whether another way is named (judge/conduct.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/advice.h"
#include "base/time.h"
#include "judge/conduct.h"
#include "judge/request.h"
#include "judge/scope.h"

#include <assert.h>
#include <stdio.h>

enum { MAX_STEPS = 16 /* more than any trouble has */, TEXT_MAX = 1 << 20 };

static const struct rep_str none = { "", 0 };

static void
step(struct rep_advice *d, struct rep_str text, struct rep_str paste, struct rep_str url)
{
	if (text.p == NULL) {
		d->small = true;
		return;
	}
	assert(d->i->next_n < MAX_STEPS);
	d->i->next[d->i->next_n++] = (struct rep_next){ text, paste, url, none };
}

static const struct rep_scope_steps *
scope_steps(const struct rep_advice *d)
{
	return rep_scope_steps(d->i->scope);
}

/* What the rule says to do. Another way only where conduct allows it. n == 0: nothing. */
static struct rep_str
remedy(const struct rep_advice *d)
{
	if (d->rule == NULL || d->rule->remedy.n == 0)
		return none;
	if (d->rule->way.n == 0 || !d->i->conduct.way)
		return d->rule->remedy;
	return rep_arena_printf(d->a, "%.*s %.*s", REP_PR(d->rule->remedy), REP_PR(d->rule->way));
}

/* --- steps ------------------------------------------------------------------------------------- */

/*
 * Lines for Postfix's transport_maps: one for each domain that most of the provider's mail goes to.
 */
static struct rep_str
hold_map(const struct rep_advice *d)
{
	const struct rep_provider *p = rep_provider_by_id(
	    rep_know_providers(d->in->know), rep_name(&d->in->names, d->cell->key.provider));
	size_t wide = 0;
	struct rep_buf b;
	struct rep_str s;

	if (p == NULL || p->hold_n == 0)
		return REP_S("DOMAIN   retry:4.7.1 held while its servers refuse us\n");
	for (size_t k = 0; k < p->hold_n; k++)
		wide = p->hold[k].n > wide ? p->hold[k].n : wide;
	rep_buf_init(&b, TEXT_MAX);
	for (size_t k = 0; k < p->hold_n; k++)
		rep_buf_printf(&b, "%.*s%*s   retry:4.7.1 held while its servers refuse us\n",
		    REP_PR(p->hold[k]), (int)(wide - p->hold[k].n), "");
	if (p->domains_n > p->hold_n)
		rep_buf_add(&b, REP_S("# and its other domains that you send to\n"));
	s = rep_arena_take(d->a, &b);
	return s.p != NULL ? s : none;
}

static void
stop_sending(struct rep_advice *d)
{
	uint64_t again;
	char when[REP_TIME_TEXT];

	(void)rep_advice_together(d, NULL, 0, &again);
	if (again == 0 || scope_steps(d)->stop == NULL)
		return;
	step(d,
	    rep_arena_printf(d->a,
		"%s: %llu more attempt%s ran into it since %s. Hold that mail "
		"instead of losing it: these lines into /etc/postfix/transport (in main.cf: "
		"transport_maps = hash:/etc/postfix/transport), then postmap /etc/postfix/transport and "
		"postfix reload. It waits in the queue, five days at most by default, and leaves when "
		"the lines are taken out again:",
		scope_steps(d)->stop, (unsigned long long)again, rep_plural(again),
		rep_time_text(d->e->since_s, when)),
	    hold_map(d), none);
}

/* The rule's own remedy is always a step. A request only where an address can be delisted. */
static void
ask(struct rep_advice *d)
{
	struct rep_str url = d->rule != NULL ? d->rule->url : none, todo = remedy(d);

	if (d->i->class == REP_CLASS_LISTED || !scope_steps(d)->delist) {
		if (todo.n == 0 && d->i->class == REP_CLASS_LISTED)
			todo =
			    REP_S("find the list in the reply, mend what it reports, then ask for "
				  "removal there");
		if (todo.n > 0 || todo.p == NULL)
			step(d, todo, none, url);
		return;
	}
	step(d,
	    rep_arena_printf(d->a,
		"%ssend the delisting request; the text is below, its last part is yours to fill "
		"in%s%s%.*s%s",
		d->i->conduct.own_fault ? "when that is mended, " : "",
		url.n > 0 ? "" : " (the reply names no form: write to their postmaster)",
		todo.n > 0 ? ". " : "", REP_PR(todo),
		url.n == 0			     ? ""
		    : rep_str_ends(todo, REP_S(".")) ? " Form:"
						     : ". Form:"),
	    rep_advice_request(d), url);
}

/* Advises one other path that carries these streams already, at no more than its present volume. */
static void
move(struct rep_advice *d)
{
	const struct rep_evidence *e = rep_incident_evidence(d->i, REP_EVIDENCE_OTHER_SUBNET_WELL);
	struct rep_str to = rep_name(&d->in->names, d->cell->key.provider_domain), stream = none;

	if (to.n == 0)
		to = rep_name(&d->in->names, d->cell->key.provider);
	for (size_t k = 0; k < d->i->streams_n; k++) /* the line of the others has no name */
		if (stream.n == 0 || rep_stream_urgent(d->in, d->i->streams[k].stream)) {
			stream = rep_name(&d->in->names, d->i->streams[k].stream);
			if (rep_stream_urgent(d->in, d->i->streams[k].stream))
				break;
		}
	stream = rep_str_or(stream, REP_S("password resets, receipts"));
	if (!scope_steps(d)->move)
		return; /* the refusal follows this mail to any address */
	if (!d->i->conduct.way) {
		step(d,
		    rep_arena_printf(d->a, "do not move this mail elsewhere %s: %.*s%s",
			d->i->conduct.own_fault ? "before that is mended" : "yet",
			REP_PR(d->i->conduct.why),
			d->i->conduct.own_fault ? "; the trouble would move with it" : ""),
		    none, none);
		return;
	}
	if (e != NULL)
		step(d,
		    rep_arena_printf(d->a,
			"move what people wait for (%.*s first) to the path that "
			"works, at no more than the volume it carries: %.*s. What each way out "
			"costs: reputed options %.*s",
			REP_PR(stream), REP_PR(e->sentence), REP_PR(to)),
		    none, none);
	else
		step(d,
		    rep_arena_printf(d->a,
			"if mail is urgent, send that stream through a relay or an address in another "
			"network; another address of the same network would be refused alike. What each "
			"way out costs: reputed options %.*s",
			REP_PR(to)),
		    none, none);
}

/* Advises the DNS records to publish, where what DNS showed may be the reason. */
static void
publish(struct rep_advice *d)
{
	const struct rep_evidence *first = NULL;
	struct rep_str fixes;
	struct rep_buf b;
	size_t n = 0;

	rep_buf_init(&b, TEXT_MAX);
	for (size_t k = 0; k < d->i->evidence_n && n < 3; k++) {
		const struct rep_evidence *e = &d->i->evidence[k];
		bool identity = e->cause == REP_CAUSE_IDENTITY;
		double p =
		    d->i->probability[identity ? REP_CAUSE_IDENTITY : REP_CAUSE_AUTHENTICATION];

		if (e->found == NULL || e->found->fix.n == 0 || p <= d->in->weights->unlikely ||
		    (!identity && e->cause != REP_CAUSE_AUTHENTICATION))
			continue;
		first = first == NULL ? e : first;
		rep_buf_printf(&b, "%.*s\n", REP_PR(e->found->fix));
		n++;
	}
	fixes = rep_arena_take(d->a, &b);
	if (first != NULL)
		step(d,
		    rep_arena_printf(d->a,
			"publish what is below: %.*s. What it does, and whether it is right then: "
			"reputed check DOMAIN --ip IP",
			REP_PR(first->sentence)),
		    fixes, none);
}

/* If complaints or traps reach a limit, they are fixed first, whatever the rule says. */
static void
stop_complaints(struct rep_advice *d)
{
	const struct rep_conduct_answer *c = &d->i->conduct;

	if (!rep_conduct_complained(c))
		return;
	step(d,
	    rep_arena_printf(d->a,
		"send only to people who asked for this mail, and take out everybody who complained: "
		"%.*s. How: reputed explain list-hygiene",
		REP_PR(c->why)),
	    none, none);
}

static void
mend(struct rep_advice *d)
{
	const struct rep_evidence *e = rep_incident_evidence(d->i, REP_EVIDENCE_HYGIENE_HIGH);

	stop_complaints(d);
	if (e == NULL)
		e = rep_incident_evidence(d->i, REP_EVIDENCE_HYGIENE_HIGH_SIBLING);
	if (e == NULL)
		e = rep_incident_evidence(d->i, REP_EVIDENCE_HYGIENE_RISE);
	if (e != NULL)
		step(d,
		    rep_arena_printf(d->a,
			"look at the list that was mailed, and remove who does not "
			"exist: %.*s",
			REP_PR(e->sentence)),
		    none, none);
	e = rep_incident_evidence(d->i, REP_EVIDENCE_VOLUME_BIG_STEP);
	if (e != NULL)
		step(d,
		    rep_arena_printf(
			d->a, "go back to the usual volume: %.*s", REP_PR(e->sentence)),
		    none, none);
	publish(d);
}

static void
find_out(struct rep_advice *d)
{
	const struct rep_provider *p = rep_provider_by_id(
	    rep_know_providers(d->in->know), rep_name(&d->in->names, d->cell->key.provider));

	if (d->i->unknown_n == 0 || d->i->probability[REP_CAUSE_RANGE] >= d->in->weights->probably)
		return;
	for (size_t n = 0; n < d->i->unknown_n; n++) {
		const struct rep_unknown *u = &d->i->unknown[n];

		if (u->id == REP_UNKNOWN_ANOTHER_NETWORK && !scope_steps(d)->move)
			continue; /* the refusal is the same from every network */
		if (u->id != REP_UNKNOWN_ANOTHER_NETWORK &&
		    (u->id != REP_UNKNOWN_COMPLAINTS || p == NULL || p->feeds_n == 0))
			continue;
		step(d, rep_arena_printf(d->a, "find out more: %s", u->how), none, none);
		return;
	}
}

/* A relay is refused. Its addresses are not ours, so only its operator can ask for delisting. */
static void
blocked_at_relay(struct rep_advice *d)
{
	struct rep_str relay = rep_name(&d->in->names, d->cell->key.route);

	step(d,
	    rep_arena_printf(d->a,
		"tell the support of the relay %.*s: it is its address that is refused, and only "
		"they can ask for it; the text is below",
		REP_PR(relay)),
	    rep_advice_request(d), none);
	mend(d);
	if (d->i->conduct.way)
		step(d,
		    REP_S(
			"until they answer, send what people wait for another way that carries it "
			"already, at no more than its volume, or hold it (transport_maps, retry:). "
			"What each way out costs, dedicated addresses at the relay among them: "
			"reputed options"),
		    none, none);
	else
		step(d,
		    rep_arena_printf(d->a,
			"until they answer, hold it (transport_maps, retry:); do not move it "
			"elsewhere yet: %.*s",
			REP_PR(d->i->conduct.why)),
		    none, none);
}

static void
blocked(struct rep_advice *d)
{
	bool own = d->i->conduct.own_fault;

	if (d->cell->key.route != 0) {
		blocked_at_relay(d);
		return;
	}
	if (own) /* a request before own faults are fixed only costs credit */
		mend(d);
	stop_sending(d);
	ask(d);
	if (!own)
		mend(d);
	move(d);
	find_out(d);
}

static void
throttled(struct rep_advice *d)
{
	char span[REP_TIME_TEXT] = "";

	if (d->rule != NULL && d->rule->retry_after_s > 0)
		rep_time_span(d->rule->retry_after_s, span);
	step(d,
	    rep_arena_printf(d->a,
		"slow down there, do not stop: one or two connections at a time%s%s. "
		"Postfix queues what is deferred and tries again by itself",
		span[0] != '\0' ? ", and no new try before " : "", span),
	    none, none);
	if (d->rule != NULL && d->rule->remedy.n > 0)
		step(d, remedy(d), none, d->rule->url);
	mend(d);
	find_out(d);
}

static void
failing(struct rep_advice *d)
{
	publish(d);
	if (d->rule != NULL)
		step(d, rep_arena_dup(d->a, d->rule->remedy.n > 0 ? remedy(d) : d->rule->meaning),
		    none, d->rule->url);
	step(d, REP_S("then send one message there and look: reputed ingest LOG, reputed status"),
	    none, none);
}

/* The provider accepts less mail than usual, and its replies name no refusal. */
static void
dropped(struct rep_advice *d)
{
	if (d->i->nobody) {
		step(d,
		    REP_S(
			"look at your own network first: from that server, nc -vz to port 25 of two "
			"MX hosts of different providers, and a look-up of an MX. If all fail it is "
			"the route, a firewall, the resolver, or port 25 that the cloud shuts for "
			"accounts without a request"),
		    none, none);
		step(d,
		    REP_S(
			"nothing is lost meanwhile: Postfix keeps the mail and tries again by itself, "
			"five days by default"),
		    none, none);
		return;
	}
	if (d->i->theirs && d->i->everywhere) {
		step(d,
		    REP_S(
			"wait: nothing on your side refuses or loses this mail. Postfix keeps it and "
			"tries again by itself, five days by default; do not flush the queue and do "
			"not send it twice"),
		    none, none);
		return;
	}
	if (d->i->theirs) {
		step(d,
		    REP_S(
			"from that server, see whether it reaches them at all (nc -vz MX 25); other "
			"own addresses do, so look at its firewall, its route and its resolver first"),
		    none, none);
	} else if (d->rule != NULL && d->rule->remedy.n > 0) {
		step(d, remedy(d), none, d->rule->url);
	} else {
		step(d,
		    REP_S(
			"read what they answer (above), and compare a message that was refused with "
			"one that was taken: sender, links, attachments, size"),
		    none, none);
	}
	mend(d);
	find_out(d);
}

enum rep_rc
rep_judge_advice(
    struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a, struct rep_err *err)
{
	static void (*const by_trouble[REP_TROUBLE_N])(
	    struct rep_advice *) = { blocked, throttled, failing, dropped };
	struct rep_advice d = { .v = v,
		.in = v->in,
		.i = i,
		.cell = &v->cells[i->cell],
		.a = a,
		.e = &i->episodes[i->episodes_n - 1],
		.rule = rep_know_rule(v->in->know, rep_name(&v->in->names, i->rule)) };

	i->next = rep_arena_alloc(a, MAX_STEPS * sizeof *i->next);
	if (i->next == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	if (i->life == REP_LIFE_OVER) /* nothing to do */
		return REP_OK;
	d.provider = rep_provider_text(v->in, &d.cell->key, a);
	by_trouble[i->trouble](&d);
	return d.small ? rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for")
		       : REP_OK;
}
