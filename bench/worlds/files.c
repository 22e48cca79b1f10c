/* SPDX-License-Identifier: Apache-2.0 */
/* files.c -- what lies beside the log: reputed's configuration, the truth, the words for `classify`. */
#include "worlds.h"

#include <string.h>
#include <time.h>

static const char *const cause_words[N_CAUSES] = { "range", "own-reputation", "hygiene",
	"authentication", "identity", "volume", "content", "provider" };

static void
put_addr(FILE *out, uint32_t a)
{
	fprintf(out, "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

void
write_config(const struct world *w, FILE *out)
{
	for (unsigned i = 0; i < w->n_sources && !w->no_config; i++) {
		const struct source *s = &w->sources[i];

		fprintf(out, "source %s {\n\tlabel %s\n\tpublic ", s->name, s->label);
		put_addr(out, s->addr);
		fprintf(out, "\n\thelo %s.shop.example\n\ttenancy %s\n}\n", s->name,
		    w->owns_range && s->net == 0 ? "own" : "dedicated");
	}
	if (w->relay)
		fputs("relay ses {\n\thost .amazonaws.com\n}\n", out);
	fputs("stream reset {\n\tfrom reset@shop.example\n\turgent yes\n}\n"
	      "stream alert {\n\tfrom alert@shop.example\n\turgent yes\n}\n",
	    out);
}

static void
put_time(FILE *out, int64_t at_ms)
{
	time_t s = (time_t)(at_ms / 1000);
	struct tm t;
	char text[32];

	gmtime_r(&s, &t);
	strftime(text, sizeof text, "\"%Y-%m-%dT%H:%M:%SZ\"", &t);
	fputs(text, out);
}

/* Whether what is wrong is the sender's own doing, and nothing else. */
static bool
own_alone(unsigned causes)
{
	return causes != 0 && (causes & (CAUSE(RANGE_) | CAUSE(PROVIDER))) == 0;
}

static void
put_cell(const struct world *w, FILE *out, const struct cell *c)
{
	bool first = true;

	fprintf(out, "  {\"source_label\": \"%s\", \"address\": \"", w->sources[c->source].label);
	put_addr(out, w->sources[c->source].addr);
	fprintf(out, "\", \"provider\": \"%s\", \"since\": ", provider_ids[c->provider]);
	put_time(out, c->since_ms);
	fputs(", \"until\": ", out);
	if (c->until_ms < w->now_ms)
		put_time(out, c->until_ms);
	else
		fputs("null", out);
	fputs(", \"causes\": [", out);
	for (unsigned i = 0; i < N_CAUSES; i++)
		if (c->causes & CAUSE(i)) {
			fprintf(out, "%s\"%s\"", first ? "" : ", ", cause_words[i]);
			first = false;
		}
	fprintf(out,
	    "], \"own_conduct\": %s, \"refused\": %u, \"attempts\": %u, \"word\": \"%s\", "
	    "\"faint\": %s}",
	    own_alone(c->causes) ? "true" : "false", c->refused, c->attempts, words[c->word].id,
	    c->refused < (w->small ? 3U : 8U) ? "true" : "false");
}

void
write_truth(const struct world *w, FILE *out)
{
	struct cell cells[MAX_CELLS];
	struct conduct conduct;
	unsigned n = find_cells(w, cells);

	measure_conduct(w, &conduct);
	fprintf(out, "{\"kind\": \"%s\", \"seed\": %llu, \"split\": \"%s\", \"begin\": ", w->kind,
	    (unsigned long long)w->seed, w->split == FIT ? "fit" : "held");
	put_time(out, w->begin_ms);
	fputs(", \"onset\": ", out);
	put_time(out, w->onset_ms);
	fputs(", \"now\": ", out);
	put_time(out, w->now_ms);
	fprintf(out,
	    ",\n \"attempts\": %zu, \"feed\": %s, \"dead_week\": %.5f, \"dead_day\": %.5f, "
	    "\"complaints\": ",
	    w->n_attempts, w->feed ? "true" : "false", conduct.dead_week, conduct.dead_day);
	if (conduct.complaints < 0)
		fputs("null", out);
	else
		fprintf(out, "%.6f", conduct.complaints);
	fputs(",\n \"look_before\": ", out);
	if (w->looks == 2)
		put_time(out, w->onset_ms - DAY_MS);
	else
		fputs("null", out);
	fputs(",\n \"own_network\": ", out);
	if (w->down_until_ms > 0) {
		fputs("[", out);
		put_time(out, w->down_from_ms);
		fputs(", ", out);
		put_time(out, w->down_until_ms);
		fputs("]", out);
	} else
		fputs("null", out);
	fputs(",\n \"sources\": [", out);
	for (unsigned i = 0; i < w->n_sources; i++) {
		fprintf(out, "%s{\"label\": \"%s\", \"address\": \"", i > 0 ? ", " : "",
		    w->sources[i].label);
		put_addr(out, w->sources[i].addr);
		fprintf(out, "\", \"net\": %u}", w->sources[i].net);
	}
	fputs("],\n \"cells\": [\n", out);
	for (unsigned i = 0; i < n; i++) {
		put_cell(w, out, &cells[i]);
		fputs(i + 1 < n ? ",\n" : "\n", out);
	}
	fputs(" ]}\n", out);
}

static void
print_word(const struct word *t, unsigned provider)
{
	static const char *const hosts[N_PROVIDERS] = { "hotmail-com.olc.protection.outlook.com",
		"gmail-smtp-in.l.google.com", "mta5.am0.yahoodns.net", "mx00.emig.gmx.net",
		"smtp-in.orange.fr", "mx00.t-online.de",
		"firma-example.mail.protection.outlook.com", "mx.verein.example", "" };

	printf("%s\t%s\t%s\t%d %s%s", t->id, provider_ids[provider], hosts[provider], t->code,
	    t->dsn, *t->dsn != '\0' ? " " : "");
	for (const char *p = t->text; *p != '\0'; p++) {
		if (*p != '%') {
			putchar(*p);
			continue;
		}
		switch (*++p) {
		case 'a': fputs("203.0.113.24", stdout); break;
		case 'r': fputs("jo@hotmail.com", stdout); break;
		case 'd': fputs("shop.example", stdout); break;
		default: fputs("a1b2c3", stdout);
		}
	}
	putchar('\n');
}

/* For `reputed classify`: id, provider, host, the reply as that host would say it; with TABs. */
void
print_words(void)
{
	for (unsigned i = 0; i < n_words; i++)
		for (unsigned p = 0; p < N_PROVIDERS; p++)
			if (words[i].code != 0 && p != RELAY &&
			    (words[i].provider == ANY || words[i].provider == (enum provider)p))
				print_word(&words[i], p);
}
