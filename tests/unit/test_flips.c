/*
 * unit/test_flips.c -- a database with one wrong byte: no crash, and damage is said where it can be
 * seen. REPUTED_FLIPS=10000 tries so many bytes (make flips), else 300.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/verdicts.h"
#include "intake/queue.h"
#include "store_world.h"

#include "base/buf.h"
#include "know/know.h"

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
	struct rep_buf b;
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
	free(bytes);
	rep_know_free(know);
	return done();
}
