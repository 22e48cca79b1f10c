/*
 * unit/test_web_looks.c -- looks: subjects, findings, records, lists and changes over three looks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/looks.h"
#include "engine/looks.h"
#include "engine/spf_kept.h"

#include "web_world.h"

static enum rep_rc
ask(const struct rep_api_world *v, const char *subject, json_t **j)
{
	struct rep_param p = { REP_S("subject"), rep_str_c(subject) };
	struct rep_looks_ask a;
	struct rep_buf b;
	enum rep_rc rc = rep_looks_parse(&p, 1, &a, &err);

	*j = NULL;
	if (rc != REP_OK)
		return rc;
	rep_buf_init(&b, 16 << 20);
	if ((rc = rep_looks_answer_json(&b, v, &a, &err)) == REP_OK)
		*j = web_tree(&b);
	rep_buf_fini(&b);
	return rc;
}

static struct rep_found
record(const char *subject, const char *kind, const char *value)
{
	return (struct rep_found){ .subject = rep_str_c(subject),
		.part = rep_str_c(kind),
		.id = rep_str_c(kind),
		.detail = rep_str_c(value),
		.text = rep_str_c(value),
		.fix = { "", 0 },
		.record = true };
}

static struct rep_found
finding(const char *subject, const char *part, const char *id, enum rep_severity severity)
{
	return (struct rep_found){ .subject = rep_str_c(subject),
		.part = rep_str_c(part),
		.id = rep_str_c(id),
		.detail = { "", 0 },
		.text = REP_S("as seen"),
		.fix = REP_S("publish this"),
		.severity = (uint8_t)severity };
}

static struct rep_looked
looked(const char *subject, const char *part, const char *kind, bool known)
{
	return (struct rep_looked){ .subject = rep_str_c(subject),
		.part = rep_str_c(part),
		.kind = rep_str_c(kind),
		.why = rep_str_c(known ? "" : "timeout"),
		.known_s = known,
		.failed_s = !known };
}

static void
look(struct world *w, int64_t at_s, const struct rep_found *f, size_t n)
{
	struct rep_looked asked[] = { looked("192.0.2.10", "ptr", "", true),
		looked("192.0.2.10", "zen.example", "abuse", true),
		looked("192.0.2.10", "mute.example", "policy", false),
		looked("shop.example", "dkim", "", true), looked("shop.example", "spf", "", true) };
	struct rep_look l = { at_s, f, n, asked, REP_COUNT(asked) };
	bool kept = false;

	begin(w);
	NEED(rep_store_look_put(w->s, &l, &kept, &err));
	commit(w);
	ok(kept, "a look is kept");
}

static void
fill(struct world *w)
{
	const struct rep_found first[] = { record("shop.example", "spf", "v=spf1 -all"),
		record("shop.example", "dkim", "s1: v=DKIM1; p=A"),
		finding("192.0.2.10", "ptr", "ptr-missing", REP_CRITICAL) };
	const struct rep_found second[] = { record("shop.example", "spf", "v=spf1 a -all"),
		record("shop.example", "dkim", "s1: v=DKIM1; p=A"),
		record("shop.example", "dkim", "s2: v=DKIM1; p=B"),
		finding("192.0.2.10", "zen.example", "listed-abuse", REP_CRITICAL),
		finding("shop.example", "spf", "spf-missing", REP_SERIOUS) };
	const struct rep_found third[] = { record("shop.example", "spf", "v=spf1 a -all"),
		record("shop.example", "dkim", "s2: v=DKIM1; p=B") };

	look(w, T, first, REP_COUNT(first));
	look(w, T + DAY, second, REP_COUNT(second));
	look(w, T + 2 * DAY, third, REP_COUNT(third));
}

static void
test_subjects(const struct rep_api_world *v)
{
	json_t *j;

	is_int(ask(v, "", &j), REP_OK, "all subjects: %s", err.msg);
	web_size(j, "subjects", 2);
	web_str(j, "subjects.0.subject", "192.0.2.10");
	web_str(j, "subjects.0.kind", "address");
	web_int(j, "subjects.0.findings", 0);
	web_null(j, "subjects.0.worst");
	web_str(j, "subjects.1.kind", "domain");
	web_int(j, "subjects.1.records", 2);
	web_str(j, "subjects.1.known", "2025-11-05T06:42:11Z");
	json_decref(j);
}

static void
test_domain(const struct rep_api_world *v)
{
	json_t *j;

	is_int(ask(v, "Shop.Example", &j), REP_OK, "a domain: %s", err.msg);
	web_str(j, "subject", "shop.example");
	web_size(j, "records", 4);
	web_str(j, "records.0.kind", "dkim");
	web_str(j, "records.0.selector", "s2");
	web_null(j, "records.0.gone");
	web_str(j, "records.2.gone", "2025-11-05T06:42:11Z");
	web_size(j, "findings", 1);
	web_str(j, "findings.0.title", "The domain has no SPF record");
	web_str(j, "findings.0.severity", "serious");
	web_str(j, "findings.0.began", "2025-11-04T06:42:11Z");
	web_str(j, "findings.0.clear", "2025-11-03T06:42:11Z");
	web_str(j, "findings.0.gone", "2025-11-05T06:42:11Z");
	web_size(j, "changes", 3);
	web_str(j, "changes.0.record", "dkim");
	web_str(j, "changes.0.selector", "s1");
	web_size(j, "changes.0.now", 0);
	web_str(j, "changes.0.was.0", "s1: v=DKIM1; p=A");
	web_str(j, "changes.0.after", "2025-11-04T06:42:11Z");
	web_str(j, "changes.1.selector", "s2");
	web_size(j, "changes.1.was", 0);
	web_str(j, "changes.2.record", "spf");
	web_null(j, "changes.2.selector");
	web_str(j, "changes.2.was.0", "v=spf1 -all");
	web_str(j, "changes.2.now.0", "v=spf1 a -all");
	json_decref(j);
}

static void
test_address(const struct rep_api_world *v)
{
	json_t *j;

	is_int(ask(v, "192.0.2.10", &j), REP_OK, "an address: %s", err.msg);
	web_size(j, "lists", 2);
	web_str(j, "lists.0.zone", "mute.example");
	web_null(j, "lists.0.listed");
	web_str(j, "lists.0.why", "timeout");
	web_str(j, "lists.1.zone", "zen.example");
	ok(json_is_false(web_at(j, "lists.1.listed")), "it is listed no more");
	web_str(j, "lists.1.stays.0.began", "2025-11-04T06:42:11Z");
	web_str(j, "lists.1.stays.0.gone", "2025-11-05T06:42:11Z");
	web_size(j, "findings", 1);
	web_str(j, "findings.0.id", "ptr-missing");
	json_decref(j);
	is_int(ask(v, "other.example", &j), REP_ENOTFOUND, "never looked at");
	is_str(rep_str_c(err.msg),
	    "nobody has looked at the DNS of \"other.example\" yet: reputed check other.example",
	    "never looked at: says what to do");
}

/* What the SPF record cost at the last look: kept by itself, of each domain, and not known before it was seen. */
static void
test_spf(struct world *w, struct rep_api_world *v)
{
	struct rep_str tree = REP_S("{\"known\": \"2025-11-05T06:42:11Z\", \"lookups\": 3}");
	json_t *j;

	is_int(ask(v, "shop.example", &j), REP_OK, "before it was kept");
	web_null(j, "spf");
	json_decref(j);
	begin(w);
	NEED(rep_spf_kept_put(w->s, REP_S("shop.example"), T + 2 * DAY + 5, tree, &err));
	commit(w);
	is_int(ask(v, "shop.example", &j), REP_OK, "with what it costs: %s", err.msg);
	web_int(j, "spf.lookups", 3);
	web_str(j, "spf.known", "2025-11-05T06:42:11Z");
	json_decref(j);
	web_session.now_s = T + 2 * DAY;
	is_int(ask(v, "shop.example", &j), REP_OK, "as it was before that look: %s", err.msg);
	web_session.now_s = 0;
	web_null(j, "spf");
	json_decref(j);
	is_int(ask(v, "192.0.2.10", &j), REP_OK, "another subject");
	web_null(j, "spf");
	json_decref(j);
	begin(w);
	NEED(rep_spf_kept_put(w->s, REP_S("shop.example"), T + 3 * DAY, REP_S(""), &err));
	commit(w);
	is_int(ask(v, "shop.example", &j), REP_OK, "when the record is gone: %s", err.msg);
	web_null(j, "spf");
	json_decref(j);
}

/* What a look has for the store, of a record with so many terms of so many bytes. */
static void
look_at_spf(
    struct rep_looks *k, struct rep_arena *a, enum rep_spf_state state, size_t terms, size_t bytes)
{
	static struct rep_audit_domain d;
	static const struct rep_dns_answer none = { .state = REP_DNS_NODATA };
	const struct rep_audit_in in = { .domain_text = REP_S("shop.example") };
	struct rep_spf_leaf *leaf = rep_arena_alloc(a, terms * sizeof *leaf);
	char *text = rep_arena_alloc(a, bytes);
	struct rep_spf_term *term = rep_arena_alloc(a, sizeof *term);

	if (leaf == NULL || text == NULL || term == NULL)
		abort();
	memset(text, 'a', bytes);
	*term = (struct rep_spf_term){ .text = { text, bytes } };
	for (size_t i = 0; i < terms; i++)
		leaf[i] = (struct rep_spf_leaf){ .domain = in.domain_text, .term = term };
	d = (struct rep_audit_domain){ .spf = { .state = state, .leaf = leaf, .n = terms },
		.mail.mx = &none,
		.zone.ns = &none };
	rep_looks_init(k, a, T);
	rep_looks_domain(k, &in, &d);
}

static void
test_spf_fits(void)
{
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_looks k;

	look_at_spf(&k, a, REP_SPF_STATE_OK, 3, 100);
	ok(k.spf_domain.n > 0 && k.spf.n > 300, "what a record costs is kept");
	look_at_spf(&k, a, REP_SPF_STATE_OK, REP_SPF_KEPT_TERMS, 4096);
	ok(k.spf_domain.n == 0 && !k.small, "one that does not fit leaves what was kept before");
	look_at_spf(&k, a, REP_SPF_STATE_FAILED, 1, 1);
	ok(k.spf_domain.n == 0, "so does one that did not answer");
	look_at_spf(&k, a, REP_SPF_STATE_NONE, 1, 1);
	ok(k.spf_domain.n > 0 && k.spf.n == 0, "where there is none, nothing is kept");
	rep_arena_free(a);
}

/* What a key is, of the record as it is kept. */
static void
test_keys(struct world *w, struct rep_api_world *v)
{
	static const char *const values[] = {
		"a: v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
		"b: v=DKIM1; p=", "c: v=DKIM1; k=rsa; p=QUJD", "d: v=DKIM1; k=dsa; p=QUJD",
		"e: v=DKIM1; p=QUJD [...]",
		"f: v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=; n=a no[...]"
	};
	static const struct {
		const char *type, *state;
	} want[] = { { "ed25519", "ok" }, { "rsa", "revoked" }, { "rsa", "broken" },
		{ NULL, "unknown" }, { "rsa", "cut" }, { "ed25519", "cut" } };
	struct rep_found f[REP_COUNT(values)];
	char path[64];
	json_t *j;

	for (size_t i = 0; i < REP_COUNT(values); i++)
		f[i] = record("shop.example", "dkim", values[i]);
	look(w, T + 4 * DAY, f, REP_COUNT(f));
	is_int(ask(v, "shop.example", &j), REP_OK, "keys: %s", err.msg);
	for (size_t i = 0; i < REP_COUNT(values); i++) {
		snprintf(path, sizeof path, "records.%zu.key.type", i);
		if (want[i].type != NULL)
			web_str(j, path, want[i].type);
		else
			web_null(j, path);
		snprintf(path, sizeof path, "records.%zu.key.state", i);
		web_str(j, path, want[i].state);
	}
	web_int(j, "records.0.key.bits", 256);
	web_null(j, "records.1.key.bits");
	web_null(j, "records.5.key.bits");
	web_null(j, "records.7.key");
	json_decref(j);
}

/* As it was known after the second look. */
static void
test_before(struct rep_api_world *v)
{
	json_t *j;

	web_session.now_s = T + DAY + 5;
	is_int(ask(v, "192.0.2.10", &j), REP_OK, "as it was: %s", err.msg);
	web_session.now_s = 0;
	json_decref(j);
}

int
main(void)
{
	struct world w;
	struct rep_api_world v = web_open(&w, "looks");

	fill(&w);
	test_subjects(&v);
	test_domain(&v);
	test_address(&v);
	test_before(&v);
	test_spf(&w, &v);
	test_spf_fits();
	test_keys(&w, &v);
	web_close(&w, &v);
	return done();
}
