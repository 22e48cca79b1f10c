/*
 * unit/test_flips.c -- a database with one wrong byte: no crash, and damage is said where it can be
 * seen. REPUTED_FLIPS=10000 tries so many bytes (make flips), else 300. And a database with one wrong
 * field: each column of each table gets values out of every range.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/verdicts.h"
#include "intake/queue.h"
#include "store_world.h"

#include "base/buf.h"
#include "know/know.h"

#include <sqlite3.h>

static struct rep_know *know;
static char *bytes;
static size_t bytes_n;
static char path[128];
static bool noticed;

static void
on_damage(void *ctx, struct rep_str sentence)
{
	(void)ctx, (void)sentence;
	noticed = true;
}

static void
note(enum rep_rc rc)
{
	noticed = noticed || rc != REP_OK;
}

/* --- a small database with something of everything ---------------------------------------------- */

static void
fill(struct rep_store *s)
{
	struct rep_source src = { 0 };
	struct rep_input in = { .head_n = 3, .tail_n = 3, .offset = 100, .lines = 7 };
	struct rep_queue *q = rep_queue_new();
	struct rep_told told = { .now_s = T, .text = REP_S("rules 0\n") };
	struct rep_found found = { .subject = REP_S("shop.example"),
		.part = REP_S("dmarc"),
		.id = REP_S("dmarc-missing"),
		.severity = 2,
		.text = REP_S("no record") };
	struct rep_looked asked = { .subject = REP_S("shop.example"),
		.part = REP_S("dmarc"),
		.kind = REP_S("domain"),
		.known_s = 1 };
	struct rep_look look = { .at_s = T, .v = &found, .n = 1, .asked = &asked, .asked_n = 1 };
	struct rep_buf b;
	int64_t incident;
	bool kept;
	char id[24];

	NEED(rep_store_begin(s, &err));
	for (int i = 0; i < 200; i++) {
		struct rep_fact f = i % 3 == 0 ? refused(T + i * 97, "jo@example.com", "550 S3140")
					       : accepted(T + i * 97, "al@example.com");

		snprintf(id, sizeof id, "Q%d", i);
		f.queue_id = rep_str_c(id);
		if (i % 7 == 0) {
			f.provider = REP_S("other");
			f.provider_domain = REP_S("firm.example");
		}
		NEED(rep_store_add(s, &f, NULL, &err));
	}
	src.public = (struct rep_ip){ .version = 4, .b = { 192, 0, 2, 1 } };
	NEED(rep_store_source(
	    s, REP_S("mx1/postfix/out-a"), &src.public, REP_KNOWN_LEARNT, T, &err));
	NEED(rep_store_input_put(s, &in, &err));
	for (int i = 0; i < 20; i++) {
		snprintf(id, sizeof id, "4F%d", i);
		(void)rep_queue_get(q, REP_S("mx1"), rep_str_c(id));
	}
	rep_buf_init(&b, 1 << 20);
	rep_queue_save(q, &b);
	NEED(rep_store_state_put(s, "queue", rep_buf_str(&b), &err));
	NEED(rep_store_told_put(s, &told, 1, &err));
	NEED(rep_store_look_put(s, &look, &kept, &err));
	NEED(rep_store_incident_id(s, REP_S("a trouble"), &incident, &err));
	NEED(rep_store_commit(s, &err));
	rep_buf_fini(&b);
	rep_queue_free(q);
}

/* --- everything that reads ------------------------------------------------------------------ */

static enum rep_rc
on_stored(void *ctx, const struct rep_stored_fact *f)
{
	(void)ctx, (void)f;
	return REP_OK;
}

static void
read_states(struct rep_store *s)
{
	struct rep_queue *q = rep_queue_new();
	struct rep_str state = { "", 0 };
	enum rep_rc rc = rep_store_state_get(s, "queue", &state, &err);

	note(rc);
	if (rc == REP_OK)
		note(rep_queue_load(q, state, &err));
	rep_queue_free(q);
}

static void
judge(struct rep_store *s)
{
	struct rep_config cfg = { 0 };
	struct rep_arena *a = rep_arena_new(64 << 20);
	struct rep_session session = { .cfg = &cfg, .arena = a, .clock_s = T + DAY };
	struct rep_verdict_set set = { 0 };
	int64_t incident;

	note(rep_store_incident_id(s, REP_S("another trouble"), &incident, &err));
	note(rep_verdicts_make(&session, know, s, REP_DEPTH_REASONS, &set, &err));
	rep_verdicts_free(&set);
	rep_arena_free(a);
}

static void
read_all(void)
{
	struct rep_store *s = NULL;
	struct rep_complaint *complaints = NULL;
	const struct rep_sample *samples;
	size_t n = 0;

	note(rep_store_open(path, REP_STORE_READ_ONLY, NULL, &s, &err));
	if (s == NULL)
		return;
	note(rep_store_check(s, on_damage, NULL, &n, &err));
	note(rep_store_facts(s, 0, INT64_MAX, on_stored, NULL, &err));
	note(rep_store_samples(s, REP_S(""), REP_S(""), REP_S(""), 4096, &samples, &n, &err));
	note(rep_store_complaints(s, 0, INT64_MAX, &complaints, &n, &err));
	free(complaints);
	read_states(s);
	judge(s);
	rep_store_close(s);
}

static void
write_more(void)
{
	struct rep_fact f = refused(T + DAY, "jo@example.com", "550 S3140");
	struct rep_store *s = NULL;
	uint64_t facts = 0;

	note(rep_store_open(path, 0, &key, &s, &err));
	if (s == NULL)
		return;
	if (rep_store_begin(s, &err) == REP_OK) {
		note(rep_store_add(s, &f, NULL, &err));
		note(rep_store_prune(s, T + DAY, &err));
		note(rep_store_commit(s, &err));
		rep_store_rollback(s);
	}
	note(rep_store_forget(s, REP_S("al@example.com"), &facts, &err));
	rep_store_close(s);
}

/* --- flips -------------------------------------------------------------------------------------- */

static void
put(const char *at, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(at, 1, n, f) != n || fclose(f) != 0)
		exit(1);
}

static void
load(void)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL || fseek(f, 0, SEEK_END) != 0)
		exit(1);
	bytes_n = (size_t)ftell(f);
	rewind(f);
	if ((bytes = malloc(bytes_n)) == NULL || fread(bytes, 1, bytes_n, f) != bytes_n)
		exit(1);
	(void)fclose(f);
}

/* --- fields ------------------------------------------------------------------------------------- */

/* make test tries the first FEW; make flips all. */
static const char *const values[] = { "-1", "9223372036854775807", "4611686018427387904", "'x'",
	"x'00ff00'", "7", "255", "65536", "4294967296", "-9223372036854775808", "1e300", "NULL",
	"x''", "zeroblob(70000)" };
enum { FEW = 5 };

static bool
sql(const char *text)
{
	sqlite3 *db = NULL;
	bool done = sqlite3_open(path, &db) == SQLITE_OK &&
	    sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;

	sqlite3_close(db);
	return done;
}

/* Every value in this column; when they must differ, in one row. Returns how often it was noticed. */
static unsigned
try_column(const char *table, const char *column, unsigned *tried)
{
	unsigned seen = 0;
	char text[400];

	size_t n = getenv("REPUTED_FLIPS") != NULL ? REP_COUNT(values) : FEW;

	for (size_t i = 0; i < n; i++) {
		put(bytes, bytes_n);
		snprintf(
		    text, sizeof text, "UPDATE \"%s\" SET \"%s\" = %s", table, column, values[i]);
		if (!sql(text)) {
			snprintf(text, sizeof text,
			    "UPDATE \"%s\" SET \"%s\" = %s WHERE \"%s\" = (SELECT max(\"%s\") FROM "
			    "\"%s\")",
			    table, column, values[i], column, column, table);
			if (!sql(text))
				continue; /* SQLite itself refuses it */
		}
		noticed = false;
		read_all();
		seen += noticed;
		++*tried;
		write_more();
		read_all();
	}
	return seen;
}

/* What is used as an index, added up, or compared with the time must be refused where it is read. */
static const char *const noticed_in[][2] = { { "day", "from_s" }, { "fact", "class" },
	{ "fact", "label" }, { "fact", "rule" }, { "fact", "status" }, { "finding", "first_s" },
	{ "finding", "gone_s" }, { "finding", "severity" }, { "incident", "id" },
	{ "input", "lines" }, { "input", "offset" }, { "input", "read_s" }, { "looked", "known_s" },
	{ "meta", "value" }, { "sample", "class" }, { "source", "address" }, { "source", "count" },
	{ "source", "known_by" }, { "source", "label" }, { "source", "last_s" },
	{ "verdict", "incident" }, { "verdict", "now_s" }, { "verdict", "recording" } };

struct column {
	char table[32], name[32];
};

enum { COLUMNS = 160 };

static size_t
columns(struct column v[COLUMNS])
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	size_t n = 0;

	put(bytes, bytes_n);
	if (sqlite3_open(path, &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db,
		"SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
		"WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid",
		-1, &st, NULL) == SQLITE_OK)
		for (; n < COLUMNS && sqlite3_step(st) == SQLITE_ROW; n++) {
			snprintf(v[n].table, sizeof v[n].table, "%s", sqlite3_column_text(st, 0));
			snprintf(v[n].name, sizeof v[n].name, "%s", sqlite3_column_text(st, 1));
		}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return n;
}

static void
test_fields(void)
{
	static struct column v[COLUMNS];
	size_t n = columns(v);
	unsigned tried = 0, seen;

	ok(n > 60 && n < COLUMNS, "%zu columns of all tables", n);
	for (size_t i = 0; i < n; i++) {
		bool must = false;

		seen = try_column(v[i].table, v[i].name, &tried);
		for (size_t k = 0; k < REP_COUNT(noticed_in); k++)
			must |= strcmp(noticed_in[k][0], v[i].table) == 0 &&
			    strcmp(noticed_in[k][1], v[i].name) == 0;
		if (must)
			ok(seen > 1, "%s.%s out of its range is noticed: %u", v[i].table, v[i].name,
			    seen);
	}
	ok(tried > 300, "%u fields out of their range: no crash", tried);
}

int
main(void)
{
	const char *asked = getenv("REPUTED_FLIPS");
	uint64_t flips = 300, chance = 20261128;
	struct rep_store *s = NULL;
	size_t seen = 0, used = 0;

	if (mkdtemp(dir) == NULL || (know = rep_know_new()) == NULL)
		return 1;
	NEED(rep_know_add_builtin(know, &err));
	NEED(rep_know_ready(know, &err));
	if (asked != NULL)
		(void)rep_str_u64(rep_str_c(asked), 1u << 30, &flips);
	snprintf(path, sizeof path, "%s/flips.db", dir);
	NEED(rep_store_open(path, REP_STORE_CREATE, &key, &s, &err));
	fill(s);
	rep_store_close(s);
	load();
	read_all();
	ok(!noticed, "nothing is wrong with it before");
	for (uint64_t i = 0; i < flips; i++) {
		size_t at;
		char was;

		chance = rep_hash_mix(chance + i);
		at = (size_t)(chance % bytes_n);
		was = bytes[at];
		bytes[at] = (char)(bytes[at] ^ (1 << (chance >> 40 & 7)));
		put(bytes, bytes_n);
		bytes[at] = was;
		used += was != 0;
		noticed = false;
		read_all();
		seen += noticed;
		write_more();
	}
	ok(true, "%llu bytes were changed, one at a time: no crash", (unsigned long long)flips);
	printf("#  of these, %zu were noticed; %zu were not zero before (free room mostly is)\n",
	    seen, used);
	ok(seen > flips / 20, "damage is noticed");
	test_fields();
	free(bytes);
	rep_know_free(know);
	return done();
}
