/* SPDX-License-Identifier: Apache-2.0 */
/*
 * genlog -- writes Postfix logs that never happened.
 *
 * A seeded generator: the same scenario, options and seed give the same bytes on
 * every machine. It follows messages through a small model of Postfix 3.7 (submission,
 * queue manager, delivery, retry with back-off, bounce) and prints the lines that
 * Postfix would have logged, interleaved as in a real log.
 *
 *	genlog SCENARIO [--seed N] [--out DIR|-] [--truth FILE] ...
 *
 *	aws-morning	three addresses behind NAT, blocked by Microsoft; the demo
 *	month		the same shop for a whole month, ending when it is told to; the pages of the demo
 *	single		one address, blocked at Outlook.com, nothing else wrong
 *	boring		thirty days without trouble
 *	bench		many lines, fast
 *	replies		distinct refusals, HOST TAB REPLY
 *
 * --truth FILE has what was written, counted by (label, provider, status); see
 * write_truth(). What happens when, to whom is a table in scenarios.c; what receivers say is in
 * replies.inc and providers.inc. Depends on libc only; keeps no state outside the process. Recipients
 * are made up; small domains end in .example. Fails with one sentence and exit code 4
 * (2 for a wrong command line).
 */
#include "genlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct scen *sc; /* the scenario that runs */

struct wanted opt = { 1, 1000000, 20000, 500000, 0, 1, 100, false, false, false, NULL, NULL };

/* Truth: attempts as they were written. */

static const char *const status_names[T_COUNT] = { "sent", "deferred", "bounced", "expired" };
uint64_t truth[MAX_SRC][P_COUNT][T_COUNT], truth_mute[MAX_SRC][P_COUNT][T_COUNT];
uint64_t truth_class[P_COUNT][C_COUNT];

/* replies: HOST TAB REPLY, no line twice */

static void
replies_scenario(void)
{
	uint64_t cap = 1, made = 0, tries = 0, *seen;
	char addr[16];

	while (cap < 2 * opt.count + 16)
		cap *= 2;
	seen = calloc(cap, sizeof *seen);
	if (seen == NULL)
		die(4, "out of memory for %llu replies", (unsigned long long)opt.count);
	own_addr = addr;
	while (made < opt.count) {
		static const uint32_t nets[3] = { IP(203, 0, 113, 0), IP(198, 51, 100, 0),
			IP(192, 0, 2, 0) };
		struct reply *r = &replies[below(replies_n)];
		struct msg m = { .seed = rnd(), .rid = below(1000000) };
		uint32_t ip = nets[below(3)] + 1 + below(254);
		uint64_t h = 14695981039346656037ULL, i;
		char *from;

		if (r->stage >= S_CONNECT)
			continue;
		if (++tries > 40 * opt.count + 100000)
			die(4, "only %llu distinct replies can be made", (unsigned long long)made);
		do
			m.dom = below(4) == 0 ? below(tail0) : tail0 + below(ntail);
		while (doms[m.dom].prov != r->prov);
		m.stream = (uint8_t)below(5);
		m.brand = (uint8_t)(1 + below(6));
		snprintf(addr, sizeof addr, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
		    ip & 255);
		room();
		from = out.p;
		put_host(&doms[m.dom], 0);
		putch('\t');
		put_tpl(&r->tpl, &m, AT(2026, 11, 3, 0, 0, 0) + rnd() % DAY, 0);
		if (opt.with_stage && r->stage != S_GREET) {
			LIT(" (in reply to ");
			puts0(stage_words[r->stage]);
			putch(')');
		}
		for (const char *c = memchr(from, '\t', 256); c < out.p; c++)
			h = (h ^ (uint8_t)*c) * 1099511628211ULL;
		h += h == 0;
		for (i = h & (cap - 1); seen[i] != 0 && seen[i] != h; i = (i + 1) & (cap - 1))
			;
		if (seen[i] == h) {
			out.p = from; /* said before */
			continue;
		}
		seen[i] = h;
		eol();
		made++;
		truth_class[r->prov][r->cls]++;
	}
	free(seen);
	flush();
}

/*
 * label TAB provider TAB status TAB attempts TAB of which without evidence ("delivery
 * temporarily suspended": nobody was asked; error(8) wrote the line, under the plain
 * syslog_name, and the label is that of the transport which it stands in for).
 * One attempt is one to= line; an expired message is counted once, for the source and
 * provider of its last attempt. Where no host answered (relay=none) the provider is that
 * of the host named in the text, and where no name resolved that of the recipient's domain,
 * `other` unless it is a big provider's own. For `replies`:
 * provider TAB class TAB lines.
 */
static void
write_truth(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		die(4, "%s: %s", path, strerror(errno));
	for (int p = 0; p < P_COUNT; p++)
		for (int c = 0; c < C_COUNT; c++)
			if (truth_class[p][c] > 0)
				fprintf(f, "%s\t%s\t%llu\n", provs[p].id, cls_names[c],
				    (unsigned long long)truth_class[p][c]);
	for (unsigned s = 0; sc != NULL && s < sc->nsrc; s++)
		for (int p = 0; p < P_COUNT; p++)
			for (int k = 0; k < T_COUNT; k++)
				if (truth[s][p][k] > 0)
					fprintf(f, "%s/%s\t%s\t%s\t%llu\t%llu\n", sc->log_host,
					    sc->sys[s], provs[p].id, status_names[k],
					    (unsigned long long)truth[s][p][k],
					    (unsigned long long)truth_mute[s][p][k]);
	if (ferror(f) || fclose(f) != 0)
		die(4, "writing %s: %s", path, strerror(errno));
}

static void
usage(void)
{
	fputs(
	    "usage: genlog aws-morning|month|single|boring|bench|replies [--seed N] [--out DIR|-]\n"
	    "              [--truth FILE] [--stamp 3164|3339] [--queue-ids short|long]\n"
	    "              [--scale PERCENT] [--end SECONDS-SINCE-1970]  all but bench, replies\n"
	    "              [--deliveries N] [--days D] [--open N]   bench\n"
	    "              [--count N] [--with-stage]               replies\n",
	    stderr);
	exit(2);
}

static uint64_t
number(const char *s, uint64_t lo, uint64_t hi)
{
	char *end;
	unsigned long long v;

	errno = 0;
	v = strtoull(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || v < lo || v > hi)
		die(2, "\"%s\" is not a number from %llu to %llu", s, (unsigned long long)lo,
		    (unsigned long long)hi);
	return v;
}

static bool
one_of(const char *s, const char *yes, const char *no)
{
	if (strcmp(s, yes) != 0 && strcmp(s, no) != 0)
		die(2, "\"%s\" is neither %s nor %s", s, yes, no);
	return strcmp(s, yes) == 0;
}

static void
options(int argc, char **argv)
{
	opt.bsd_stamp = strcmp(argv[1], "bench") == 0;
	for (int i = 2; i < argc; i++) {
		const char *o = argv[i], *v;

		if (strcmp(o, "--with-stage") == 0) {
			opt.with_stage = true;
			continue;
		}
		if (i + 1 == argc)
			usage();
		v = argv[++i];
		if (strcmp(o, "--seed") == 0)
			opt.seed = number(v, 0, UINT64_MAX);
		else if (strcmp(o, "--out") == 0)
			opt.dir = strcmp(v, "-") == 0 ? NULL : v;
		else if (strcmp(o, "--truth") == 0)
			opt.truth = v;
		else if (strcmp(o, "--stamp") == 0)
			opt.bsd_stamp = one_of(v, "3164", "3339");
		else if (strcmp(o, "--queue-ids") == 0)
			opt.long_ids = one_of(v, "long", "short");
		else if (strcmp(o, "--scale") == 0)
			opt.scale = (uint32_t)number(v, 1, 10000);
		else if (strcmp(o, "--deliveries") == 0)
			opt.deliveries = number(v, 1, 1000000000);
		else if (strcmp(o, "--end") == 0)
			opt.end = number(v, AT(2000, 1, 1, 0, 0, 0) / SEC,
				      AT(2100, 1, 1, 0, 0, 0) / SEC) *
			    SEC;
		else if (strcmp(o, "--days") == 0)
			opt.days = (uint32_t)number(v, 1, 365);
		else if (strcmp(o, "--open") == 0)
			opt.open = number(v, 1, 1000000);
		else if (strcmp(o, "--count") == 0)
			opt.count = number(v, 1, 20000000);
		else
			usage();
	}
}

int
main(int argc, char **argv)
{
	bool bench;

	if (argc < 2)
		usage();
	options(argc, argv);
	bench = strcmp(argv[1], "bench") == 0 || strcmp(argv[1], "replies") == 0;
	rng_state = mix64(opt.seed + 0x72657075746564ULL);
	out.buf = grow(NULL, OUT_CAP + OUT_ROOM, 1);
	out.p = out.buf;
	out.fd = 1;
	out.name = "standard output";
	replies_init();
	domains_init(bench ? 100000 : 6000, bench);
	if (opt.dir != NULL && mkdir(opt.dir, 0777) != 0 && errno != EEXIST)
		die(4, "%s: %s", opt.dir, strerror(errno));
	if (strcmp(argv[1], "replies") == 0) {
		open_part("replies.txt");
		replies_scenario();
	} else {
		struct scen *s = scenarios;

		while (s < scenarios + scenarios_n && strcmp(s->name, argv[1]) != 0)
			s++;
		if (s == scenarios + scenarios_n)
			usage();
		if (s->make == bench_make)
			bench_times(s);
		else if (opt.end != 0)
			scenario_ends(s, opt.end);
		if (s->part[0].name == NULL)
			s->part[0] = (struct part){ s->start, "mail.log" };
		sc = s;
		simulate();
	}
	if (opt.truth != NULL)
		write_truth(opt.truth);
	fprintf(stderr,
	    "genlog: %llu lines, %llu bytes, %llu messages, at most %llu in the queue at once\n",
	    (unsigned long long)out.lines, (unsigned long long)out.bytes,
	    (unsigned long long)created, (unsigned long long)open_peak);
	return 0;
}
