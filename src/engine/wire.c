/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/wire.h"

/* --- what the operator told us ------------------------------------------------------------- */

static struct rep_str
route_of(void *ctx, struct rep_str host, const struct rep_ip *ip, unsigned port)
{
	const struct rep_config_relay *r = rep_config_relay_for_host(ctx, host, ip, port);

	return r != NULL ? r->name : (struct rep_str){ "", 0 };
}

bool
rep_wire_stated(const char *arg, struct rep_str *name, struct rep_ip *ip)
{
	struct rep_str s = rep_str_c(arg);
	size_t eq = rep_str_chr(s, '=', 0);

	*name = rep_str_sub(s, 0, eq == SIZE_MAX ? 0 : eq);
	return rep_ip_parse(eq == SIZE_MAX ? s : rep_str_sub(s, eq + 1, s.n), ip);
}

bool
rep_wire_names_label(struct rep_str name, struct rep_str label)
{
	return name.n == 0 || rep_str_eq(name, label) ||
	    (rep_str_ends(label, name) && label.n > name.n &&
		label.p[label.n - name.n - 1] == '/') ||
	    (rep_str_starts(label, name) && label.n > name.n && label.p[name.n] == '/');
}

/*
 * Whether an address can be that of a label: mail over IPv6 leaves from an IPv6 address. `named`:
 * the operator named this label with it.
 */
static bool
fits_family(struct rep_str label, const struct rep_ip *ip, bool named)
{
	bool ipv6 = rep_str_ends(label, REP_S(REP_LABEL_IPV6));

	return ipv6 ? ip->version == 6 : ip->version == 4 || named;
}

static enum rep_rc
tell(struct rep_wire *f, struct rep_str label, const struct rep_ip *ip, enum rep_known_by by,
    struct rep_err *err)
{
	bool fresh;

	if (!rep_sources_add(f->sources, label, ip, by, &fresh))
		return rep_fail(err, REP_EMEM, "out of memory");
	if (fresh && f->o.store != NULL)
		return rep_store_source(f->o.store, label, ip, by, 0, err);
	return REP_OK;
}

/* The first time a label is seen: looks for its address in the configuration and in --source. */
static enum rep_rc
told_address(struct rep_wire *f, struct rep_str label, struct rep_err *err)
{
	const struct rep_config_source *cs = rep_config_source_for_label(f->o.cfg, label);
	struct rep_str name;
	struct rep_ip ip;
	enum rep_rc rc;

	if (cs != NULL && cs->public.version != 0 && fits_family(label, &cs->public, true))
		return tell(f, label, &cs->public, REP_KNOWN_CONFIGURED, err);
	for (size_t i = 0; i < f->o.stated_n; i++)
		if (rep_wire_stated(f->o.stated[i], &name, &ip) &&
		    rep_wire_names_label(name, label) && fits_family(label, &ip, name.n > 0) &&
		    (rc = tell(f, label, &ip, REP_KNOWN_STATED, err)) != REP_OK)
			return rc;
	return REP_OK;
}

static struct rep_stream_named *
named_streams(const struct rep_config *cfg, struct rep_arena *a, size_t *n)
{
	struct rep_stream_named *v = rep_arena_alloc(a, (cfg->n_streams + 1) * sizeof *v);

	*n = v == NULL ? 0 : cfg->n_streams;
	for (size_t i = 0; i < *n; i++) {
		const struct rep_config_stream *s = &cfg->streams[i];

		v[i] = (struct rep_stream_named){ s->name, s->from.v, s->list_id.v,
			s->feedback_id.v, s->from.n, s->list_id.n, s->feedback_id.n };
	}
	return v;
}

/* --- a wire ---------------------------------------------------------------------------------- */

struct streams_seen {
	struct rep_streams *streams;
	struct rep_names names;
};

static enum rep_rc
seen_stream(void *ctx, const struct rep_observation *o)
{
	const struct streams_seen *s = ctx;

	rep_streams_seen(s->streams, rep_name(&s->names, o->stream));
	return REP_OK;
}

enum rep_rc
rep_wire_log_anew(struct rep_wire *f, struct rep_err *err)
{
	struct rep_mail_log_params o = { .know = f->o.know,
		.key = f->o.key,
		.streams = f->streams,
		.relay = { (void *)(uintptr_t)f->o.cfg, f->o.cfg->n_relays > 0 ? route_of : NULL },
		.now_s = f->o.now_s };

	rep_mail_log_free(f->log);
	f->log = rep_mail_log_new(&o);
	return f->log != NULL ? REP_OK : rep_fail(err, REP_EMEM, "out of memory");
}

enum rep_rc
rep_wire_open(
    struct rep_wire *f, const struct rep_wire_params *o, struct rep_arena *a, struct rep_err *err)
{
	size_t n;
	struct rep_stream_named *named = named_streams(o->cfg, a, &n);

	*f = (struct rep_wire){ .o = *o };
	f->streams = rep_streams_new(named, n);
	f->hosts = rep_hosts_new(o->know);
	f->sources = rep_sources_new();
	if (named == NULL || f->streams == NULL || f->hosts == NULL || f->sources == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if (o->store != NULL) {
		struct streams_seen seen = { f->streams, rep_store_names(o->store) };
		enum rep_rc rc = rep_store_observations(
		    o->store, REP_LEVEL_DAY, INT64_MIN / 2, INT64_MAX / 2, seen_stream, &seen, err);

		if (rc != REP_OK)
			return rc;
	}
	return rep_wire_log_anew(f, err);
}

void
rep_wire_close(struct rep_wire *f)
{
	rep_mail_log_free(f->log);
	rep_streams_free(f->streams);
	rep_hosts_free(f->hosts);
	rep_sources_free(f->sources);
	*f = (struct rep_wire){ .log = NULL };
}

enum rep_rc
rep_wire_resume(struct rep_wire *f, bool *whole, struct rep_err *err)
{
	struct rep_str state = { "", 0 };
	enum rep_rc rc;

	*whole = true;
	if (f->o.store == NULL)
		return REP_OK;
	if ((rc = rep_store_state_get(f->o.store, "queue", &state, err)) != REP_OK)
		return rc;
	*whole = state.n == 0 || rep_mail_log_load(f->log, state, err) == REP_OK;
	return *whole ? REP_OK : rep_wire_log_anew(f, NULL);
}

enum rep_rc
rep_wire_save(struct rep_wire *f, struct rep_buf *room, struct rep_err *err)
{
	rep_buf_clear(room);
	rep_mail_log_save(f->log, room);
	if (room->full)
		return rep_fail(
		    err, REP_ELIMIT, "open queue ids take more than %zu bytes", room->max);
	return rep_store_state_put(f->o.store, "queue", rep_buf_str(room), err);
}

/*
 * Whether there is room for a learnt address, and the label has a name: a label that is counted
 * with others has none of its own in the store (store/refusing.h).
 */
static bool
kept_address(const struct rep_wire *f, const struct rep_fact *fact)
{
	return rep_sources_has(f->sources, fact->label, &fact->named, REP_KNOWN_LEARNT) &&
	    rep_store_name_id(f->o.store, fact->label) != 0;
}

enum rep_rc
rep_wire_fact(struct rep_wire *f, const struct rep_fact *fact, bool *fresh, struct rep_err *err)
{
	/* Nothing that a document says makes an address ours. */
	bool named = fact->named.version != 0 && !fact->document && !f->o.learn_not;
	bool is_new = true, added;
	enum rep_rc rc;

	if (named &&
	    !rep_sources_add(f->sources, fact->label, &fact->named, REP_KNOWN_LEARNT, &added))
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((f->o.stated_n > 0 || f->o.cfg->n_sources > 0) &&
	    (rc = told_address(f, fact->label, err)) != REP_OK)
		return rc;
	if (f->o.store != NULL) {
		if ((rc = rep_store_add(f->o.store, fact, &is_new, err)) != REP_OK)
			return rc;
		if (is_new && named && kept_address(f, fact) &&
		    (rc = rep_store_source(f->o.store, fact->label, &fact->named, REP_KNOWN_LEARNT,
			 fact->at_s, err)) != REP_OK)
			return rc;
		if (!is_new)
			rep_mail_log_known(f->log);
	}
	if (fresh != NULL)
		*fresh = is_new;
	return REP_OK;
}
