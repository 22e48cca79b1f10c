/*
 * tests/fuzz/fuzz_config.c -- a configuration with any content.
 *
 * What was read is dumped. Reading the dump gives no problem and the same dump. Problems are
 * printable and begin with their place. Labels find their source.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "base/json_out.h"
#include "config/config.h"
#include "config/paths.h"
#include "fact/cost.h"

static const struct rep_paths paths = { "/c", "/var/lib/a b/\"x\"\\.db", "/k" };

static void
problems_are_sane(const struct rep_config_problems *problems)
{
	size_t n = 0;

	for (const struct rep_config_problem *one = problems->first; one != NULL; one = one->next) {
		MUST(strncmp(one->text, "fuzz.conf:", 10) == 0 && rep_digit(one->text[10]));
		for (const char *c = one->text; *c != '\0'; c++)
			MUST((unsigned char)*c >= ' ' && *c != 0x7f);
		n++;
	}
	MUST(n == problems->n || (n == REP_CONFIG_PROBLEMS && problems->n > n));
}

static void
blocks_are_sane(const struct rep_config *cfg)
{
	for (size_t i = 0; i < cfg->n_sources; i++) {
		const struct rep_config_source *s = &cfg->sources[i];

		MUST(s->name.n > 0 && s->labels.n > 0 && s->public.version != 0);
		MUST(!rep_ip_private(&s->public));
		for (size_t k = 0; k < s->labels.n; k++)
			MUST(rep_config_source_for_label(cfg, s->labels.v[k]) == s);
	}
	for (size_t i = 0; i < cfg->n_relays; i++)
		MUST(cfg->relays[i].hosts.n > 0 && cfg->relays[i].parsed != NULL);
	for (size_t i = 0; i < cfg->n_options; i++)
		for (size_t k = 0; k < cfg->options[i].costs.n; k++) {
			char why[REP_COST_WHY];
			struct rep_cost c;

			MUST(rep_cost_parse(cfg->options[i].costs.v[k], &c, why));
		}
	for (size_t i = 0; i < cfg->n_alerts; i++) {
		const struct rep_config_alert *a = &cfg->alerts[i];

		MUST(a->by > REP_CHANNEL_NONE && a->by < REP_CHANNEL_KINDS);
		MUST(a->to.n > 0 || a->secret_file.n > 0);
		MUST(a->by != REP_CHANNEL_MAIL || a->to.p[0] != '-');
	}
	for (size_t i = 0; i < cfg->n_domains; i++)
		MUST(rep_config_domain(cfg, cfg->domains[i].name) == &cfg->domains[i]);
	for (size_t i = 0; i < cfg->n_streams; i++)
		MUST(cfg->streams[i].from.n + cfg->streams[i].list_id.n +
			cfg->streams[i].feedback_id.n >
		    0);
}

/* Reads a configuration and dumps it. */
static void
cycle(struct rep_str text, struct rep_buf *dump, struct rep_buf *json,
    struct rep_config_problems *problems, struct rep_arena *a)
{
	struct rep_config cfg;

	rep_config_init(&cfg, &paths);
	if (rep_config_parse(text, "fuzz.conf", a, &cfg, problems, NULL) != REP_OK)
		MUST(text.n > 10000); /* a smaller text always fits into the arena */
	problems_are_sane(problems);
	blocks_are_sane(&cfg);
	rep_config_dump(&cfg, dump);
	rep_config_dump_json(&cfg, json);
	MUST(!dump->full && !json->full);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_arena *a = rep_arena_new(REP_CONFIG_ARENA);
	struct rep_config_problems problems;
	struct rep_buf dump[2], json[2];

	MUST(a != NULL);
	for (int i = 0; i < 2; i++) {
		rep_buf_init(&dump[i], 16 << 20);
		rep_buf_init(&json[i], 16 << 20);
	}
	cycle((struct rep_str){ (const char *)data, size }, &dump[0], &json[0], &problems, a);
	cycle(rep_buf_str(&dump[0]), &dump[1], &json[1], &problems, a);
	MUST(problems.n == 0);
	MUST(rep_str_eq(rep_buf_str(&dump[0]), rep_buf_str(&dump[1])));
	MUST(rep_str_eq(rep_buf_str(&json[0]), rep_buf_str(&json[1])));
	for (int i = 0; i < 2; i++) {
		rep_buf_fini(&dump[i]);
		rep_buf_fini(&json[i]);
	}
	rep_arena_free(a);
	return 0;
}
