/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memfd_create */
#include "cli/sns_job.h"
#include "base/fd.h"
#include "cli/net.h"
#include "engine/ingest.h"
#include "engine/workers.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ARENA_MAX = 16 << 20, DNS_MS = 2000, REPLY_MAX = 64 << 10 };

struct sns_work {
	struct rep_cli *c;
	struct rep_sns_kept *kept;
	rep_sns_get_fn get;
	void *ctx;
	struct rep_sns_done *done;
	struct rep_buf events;		 /* a line each: what is to be stored */
	bool store[REP_SNS_AT_ONCE_MAX]; /* which requests they are of */
	int fd;				 /* of the file that the reader gets */
};

const struct rep_config_sns *
rep_sns_block(const struct rep_config *cfg, struct rep_str name)
{
	for (size_t i = 0; i < cfg->n_sns; i++)
		if (rep_str_eq(cfg->sns[i].name, name))
			return &cfg->sns[i];
	return NULL;
}

/* --- Amazon ----------------------------------------------------------------------------------------------- */

/* The first address of a host. */
static enum rep_rc
address(struct rep_cli *c, const char *host, struct rep_ip *ip, struct rep_err *err)
{
	const struct rep_dns_answer *four, *six;
	struct rep_resolver *r = NULL;
	struct rep_dns_view view;
	struct rep_name name;
	enum rep_rc rc;

	if (!rep_name_parse(rep_str_c(host), &name))
		return rep_fail(err, REP_ESYNTAX, "%s is no name", host);
	if ((rc = rep_cli_resolver_within(c, DNS_MS, &r, err)) != REP_OK)
		return rc;
	view = rep_resolver_view(r);
	(void)rep_dns_get(&view, &name, REP_DNS_A);
	(void)rep_dns_get(&view, &name, REP_DNS_AAAA);
	if ((rc = rep_resolver_wait(r, err)) == REP_OK) {
		four = rep_dns_get(&view, &name, REP_DNS_A);
		six = rep_dns_get(&view, &name, REP_DNS_AAAA);
		if (four != NULL && four->n > 0)
			*ip = four->rr[0]->ip;
		else if (six != NULL && six->n > 0)
			*ip = six->rr[0]->ip;
		else
			rc = rep_fail(err, REP_EIO, "the address of %s: %s", host,
			    rep_dns_state_text(four != NULL ? four->state : REP_DNS_LATE));
	}
	rep_resolver_close(r);
	return rc;
}

static enum rep_rc
get_https(void *ctx, const char *host, const char *path, struct rep_buf *out, struct rep_err *err)
{
	struct rep_fetcher_params o = rep_workers_fetch();
	struct rep_cli *c = ctx;
	struct rep_ip ip;
	enum rep_rc rc = address(c, host, &ip, err);

	if (rc != REP_OK)
		return rc;
	o.timeout_ms = REP_SNS_REQUEST_MS - DNS_MS;
	o.ca_file = getenv("SSL_CERT_FILE");
	return rep_fetcher_get(&o, host, path, &ip, out, err);
}

/* One request to Amazon, while there may be one more. REP_ELIMIT: not now. */
static enum rep_rc
ask(struct sns_work *w, const char *host, const char *path, struct rep_buf *out,
    struct rep_err *err)
{
	if (w->done->asked == REP_SNS_REQUESTS_MAX ||
	    !rep_sns_kept_may_fetch(w->kept, w->c->session.clock_s))
		return rep_fail(err, REP_ELIMIT, "too many requests to %s for now", host);
	w->done->asked++;
	if (host[0] == '\0' || path[0] == '\0')
		return rep_fail(err, REP_ELIMIT, "the address to ask is too long");
	return w->get(w->ctx, host, path, out, err);
}

/* --- one message -------------------------------------------------------------------------------------------- */

static enum rep_sns_outcome
verify(struct sns_work *w, const struct rep_sns_message *m, struct rep_err *why)
{
	int64_t now_s = w->c->session.clock_s;
	struct rep_str pem = rep_sns_kept_get(w->kept, m->cert_url, now_s);
	char host[REP_SNS_HOST_TEXT], path[REP_SNS_PATH_TEXT];
	struct rep_sns_done *d = w->done;
	enum rep_sns_outcome o = REP_SNS_NO_CERT;
	struct rep_buf got;
	enum rep_rc rc;

	if (pem.n > 0)
		return rep_sns_verify(m, pem, now_s, why);
	rep_buf_init(&got, REP_SNS_CERT_MAX);
	rep_sns_cert_at(m, host, path);
	if ((rc = ask(w, host, path, &got, why)) == REP_OK)
		o = rep_sns_verify(m, rep_buf_str(&got), now_s, why);
	else if (rc == REP_ELIMIT)
		o = REP_SNS_BUSY;
	/* A certificate is kept only if a signature fits it. Else a stranger could fill the table. */
	if ((o == REP_SNS_STORE || o == REP_SNS_CONFIRM || o == REP_SNS_NOTED) &&
	    m->cert_url.n < REP_SNS_URL_MAX) {
		rep_sns_kept_put(w->kept, m->cert_url, rep_buf_str(&got), now_s);
		memcpy(d->cert[d->certs].url, m->cert_url.p, m->cert_url.n);
		memcpy(d->cert[d->certs].pem, got.p, got.n);
		d->cert[d->certs++].n = got.n;
	}
	rep_buf_fini(&got);
	return o;
}

static enum rep_sns_outcome
confirm(struct sns_work *w, const struct rep_sns_message *m, struct rep_err *why)
{
	char host[REP_SNS_HOST_TEXT], path[REP_SNS_PATH_TEXT];
	struct rep_buf got;
	enum rep_rc rc;

	rep_buf_init(&got, REPLY_MAX);
	rep_sns_confirm(m, host, path);
	rc = ask(w, host, path, &got, why);
	rep_buf_fini(&got);
	if (rc == REP_OK)
		(void)rep_fail(
		    why, REP_OK, "the subscription of %.*s is confirmed", REP_PR(m->topic));
	return rc == REP_OK    ? REP_SNS_CONFIRMED
	    : rc == REP_ELIMIT ? REP_SNS_BUSY
			       : REP_SNS_NOT_DONE;
}

/* Whether it is an event. The first message of a topic, and what its owner sends, are plain text: nothing to store. */
static bool
is_event(struct rep_str s)
{
	return rep_str_find(s, REP_S("\"eventType\""), 0) != SIZE_MAX ||
	    rep_str_find(s, REP_S("\"notificationType\""), 0) != SIZE_MAX;
}

/* Only what was signed goes on. Other fields of the envelope could be a stranger's. */
static void
add_event(struct sns_work *w, const struct rep_sns_message *m)
{
	struct rep_json j;

	rep_json_init(&j, &w->events);
	rep_json_obj(&j, NULL);
	rep_json_cstr(&j, "Type", "Notification");
	rep_json_str(&j, "TopicArn", m->topic);
	rep_json_str(&j, "Message", m->message);
	rep_json_end_obj(&j);
	rep_buf_addc(&w->events, '\n');
}

static enum rep_sns_outcome
signed_by_amazon(struct sns_work *w, const struct rep_sns_message *m, enum rep_sns_outcome o,
    size_t nth, struct rep_err *why)
{
	if (o == REP_SNS_CONFIRM)
		return confirm(w, m, why);
	if (o == REP_SNS_NOTED)
		(void)rep_fail(why, REP_OK, "the subscription of %.*s has ended", REP_PR(m->topic));
	if (o != REP_SNS_STORE)
		return o;
	if (!is_event(m->message)) {
		(void)rep_fail(why, REP_OK, "no event of SES");
		return REP_SNS_NOTED;
	}
	add_event(w, m);
	w->store[nth] = true;
	return o;
}

static enum rep_sns_outcome
one(struct sns_work *w, const struct rep_sns_posted *p, size_t nth, struct rep_arena *a,
    struct rep_err *why)
{
	const struct rep_config_sns *block = rep_sns_block(&w->c->cfg, p->name);
	int64_t now_s = w->c->session.clock_s;
	struct rep_sns_message m;
	enum rep_sns_outcome o;
	uint64_t id;

	if (block == NULL) {
		(void)rep_fail(
		    why, REP_ENOTFOUND, "the configuration has no sns %.*s", REP_PR(p->name));
		return REP_SNS_NO_NAME;
	}
	o = rep_sns_look(p->body, block->topics.v, block->topics.n, now_s, a, &m, why);
	if (o != REP_SNS_FETCH)
		return o;
	id = rep_sns_kept_id(w->kept, &m);
	if (rep_sns_kept_seen(w->kept, id, now_s)) {
		(void)rep_fail(why, REP_OK, "it came before");
		return REP_SNS_KNOWN;
	}
	o = signed_by_amazon(w, &m, verify(w, &m, why), nth, why);
	if (o == REP_SNS_STORE || o == REP_SNS_CONFIRMED || o == REP_SNS_NOTED)
		w->done->v[nth].id = id;
	return o;
}

/* --- the events --------------------------------------------------------------------------------------------- */

static enum rep_rc
list(void *ctx, struct rep_arena *a, struct rep_inputs *out, struct rep_err *err)
{
	struct rep_input_path *p = rep_arena_alloc(a, sizeof *p);

	(void)ctx;
	if (p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	*p = (struct rep_input_path){ .path = "messages of SNS", .given = true };
	*out = (struct rep_inputs){ p, 1 };
	return REP_OK;
}

static enum rep_rc
open_events(void *ctx, size_t nth, int *fd, struct rep_err *err)
{
	const struct sns_work *w = ctx;

	(void)nth;
	*fd = dup(w->fd);
	if (*fd < 0 || lseek(*fd, 0, SEEK_SET) != 0)
		return rep_fail(err, REP_EIO, "%s", strerror(errno));
	return REP_OK;
}

static enum rep_rc
write_events(struct sns_work *w, struct rep_err *err)
{
	if (w->events.full || (w->fd = memfd_create("sns", MFD_CLOEXEC)) < 0)
		return rep_fail(err, REP_EMEM, "no memory for the events");
	if (!rep_fd_write(w->fd, rep_buf_str(&w->events)))
		return rep_fail(err, REP_EIO, "the events: %s", strerror(errno));
	return REP_OK;
}

/* As `reputed ingest` of a file with these events, without judging. */
static enum rep_rc
ingest(struct sns_work *w, struct rep_err *err)
{
	const struct rep_inputs_from from = { list, open_events, w };
	struct rep_session *s = &w->c->session;
	struct rep_ingest_params o = { .session = s };
	struct rep_order order = { 0 };
	struct rep_ingest *g = NULL;
	struct rep_inputs inputs;
	enum rep_rc rc;

	s->inputs = &from;
	s->wait_s = REP_SNS_WAIT_S;
	if ((rc = write_events(w, err)) == REP_OK &&
	    (rc = rep_inputs_expand(s, NULL, 0, &inputs, err)) == REP_OK &&
	    (rc = rep_ingest_open(&o, &g, err)) == REP_OK &&
	    (rc = rep_order_make(s, rep_ingest_reader(g), &inputs, false, &order, err)) == REP_OK) {
		for (size_t i = 0; i < order.n && rc == REP_OK; i++)
			rc = order.v[i].bad ? rep_fail(err, REP_EIO, "the events could not be read")
					    : rep_ingest_input(g, &order.v[i], err);
		if (rc == REP_OK)
			rc = rep_ingest_settle(g, err);
	}
	rep_order_fini(&order);
	rep_ingest_close(g);
	s->inputs = NULL;
	return rc;
}

static void
store_events(struct sns_work *w, size_t n)
{
	struct rep_err why = { .msg = "" };
	enum rep_rc rc = w->events.n > 0 || w->events.full ? ingest(w, &why) : REP_OK;

	w->done->news = w->events.n > 0 && rc == REP_OK;
	for (size_t i = 0; i < n; i++) {
		struct rep_sns_answer *x = &w->done->v[i];

		if (!w->store[i])
			continue;
		x->outcome = rc == REP_OK ? REP_SNS_STORED : REP_SNS_NOT_DONE;
		if (rc == REP_OK)
			continue;
		x->id = 0;
		snprintf(x->why, sizeof x->why, "%.*s", (int)sizeof x->why - 1, why.msg);
	}
}

void
rep_sns_job(struct rep_cli *c, struct rep_sns_kept *kept, const struct rep_sns_posted *v, size_t n,
    rep_sns_get_fn get, void *ctx, struct rep_sns_done *out)
{
	struct sns_work w = { .c = c,
		.kept = kept,
		.get = get != NULL ? get : get_https,
		.ctx = get != NULL ? ctx : c,
		.done = out,
		.fd = -1 };
	struct rep_arena *a = rep_arena_new(ARENA_MAX);

	assert(n <= REP_SNS_AT_ONCE_MAX);
	memset(out, 0, sizeof *out);
	out->n = n;
	/*
	 * JSON writes some bytes as six, so a body can become longer. There is room for twice the longest bodies; when that is not
	 * enough, nothing is stored of these requests, and SNS sends them again.
	 */
	rep_buf_init(&w.events, (size_t)REP_SNS_AT_ONCE_MAX * 2 * REP_SNS_BODY_MAX);
	for (size_t i = 0; i < n; i++) {
		struct rep_err why = { .msg = "out of memory" };

		out->v[i].outcome = REP_SNS_NOT_DONE;
		if (a != NULL) {
			rep_arena_reset(a);
			why.msg[0] = '\0';
			out->v[i].outcome = one(&w, &v[i], i, a, &why);
		}
		snprintf(out->v[i].why, sizeof out->v[i].why, "%.*s", (int)sizeof out->v[i].why - 1,
		    why.msg);
	}
	store_events(&w, n);
	if (w.fd >= 0)
		(void)close(w.fd);
	rep_buf_fini(&w.events);
	rep_arena_free(a);
}

/* --- the process ---------------------------------------------------------------------------------------------- */

pid_t
rep_sns_start(struct rep_cli *c, int lock, struct rep_sns_kept *kept,
    const struct rep_sns_posted *v, size_t n, int *pipe)
{
	static struct rep_sns_done done; /* 42 KB */
	pid_t pid = rep_child_start(c, lock, pipe);

	if (pid != 0)
		return pid;
	rep_sns_job(c, kept, v, n, NULL, NULL, &done);
	/* A bad message has its answer: it is no failure of this process. */
	c->worst = REP_EXIT_OK;
	rep_child_end(c, *pipe, &done, sizeof done);
}

void
rep_sns_ended(
    int *pipe, struct rep_sns_kept *kept, size_t n, int64_t now_s, struct rep_sns_done *out)
{
	_Static_assert(
	    sizeof *out <= 65536, "a pipe holds it, so the child need not wait for the daemon");

	if (!rep_child_ended(pipe, out, sizeof *out) || out->n != n) {
		memset(out, 0, sizeof *out);
		out->n = n;
		for (size_t i = 0; i < n; i++) {
			out->v[i].outcome = REP_SNS_NOT_DONE;
			snprintf(
			    out->v[i].why, sizeof out->v[i].why, "its process did not end well");
		}
		return;
	}
	for (size_t i = 0; i < out->asked; i++)
		(void)rep_sns_kept_may_fetch(kept, now_s);
	for (size_t i = 0; i < out->certs; i++)
		rep_sns_kept_put(kept, rep_str_c(out->cert[i].url),
		    (struct rep_str){ out->cert[i].pem, out->cert[i].n }, now_s);
	for (size_t i = 0; i < n; i++)
		if (out->v[i].id != 0)
			rep_sns_kept_note(kept, out->v[i].id, now_s);
}
