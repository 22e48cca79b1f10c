/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worlds.h -- made-up senders, what befalls them, and the log that they would have.
 *
 * A world is made from (kind, seed, split) alone. It has a sender (sources in networks, streams of
 * mail), providers with hidden states, and at most a few troubles whose causes are known, because
 * they were put there. What a provider answers depends on its hidden state and on chance: words are
 * drawn for the cause from words.inc, where the same words stand for several causes. A reputation
 * score that crosses a threshold is told to the log by its moment only, so that the moment is what is
 * drawn (the ranges called lead and lag), after the conduct that fills the score.
 *
 * Nothing here knows the judge or reputed's data; nothing includes a header of src/. Times: `_ms` is
 * milliseconds and `_s` seconds since 1970, UTC. Everything a world needs is drawn from ranges.inc.
 */
#ifndef WORLDS_H
#define WORLDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum cause { RANGE_, OWN, HYGIENE, AUTHENTICATION, IDENTITY, VOLUME, CONTENT_, PROVIDER, N_CAUSES };
enum provider { MSC, GOOGLE, YAHOO, GMX, ORANGE, TONLINE, M365, OTHER, RELAY, N_PROVIDERS, ANY };
enum stage { NET, CONNECT, MAIL, RCPT, DOT, N_STAGES };
enum group {
	IP,
	REP,
	SLOW,
	AUTH,
	NAME,
	CONTENT,
	VAGUE,
	NEW,
	MUTE,
	DOWN_G,
	DEAD,
	FULL,
	GREY,
	STRAY,
	N_GROUPS
};
enum how { USUAL, NEW_FIT, NEW_HELD, MUTE_FIT, MUTE_HELD, DOWN, BACKGROUND };
enum split { FIT, HELD };

#define CAUSE(c) (1U << (c))
#define N_OF(a) (sizeof(a) / sizeof(a)[0])
#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)
#define MAX_SOURCES 5
#define MAX_STREAMS 9
#define MAX_TROUBLES 24
#define MAX_CHANGES 24
#define MAX_DAYS 40

enum range {
#define RANGE(name, low, high, scale, what) R_##name,
#include "ranges.inc"
#undef RANGE
	N_RANGES
};

struct word {
	const char *id;
	enum provider provider; /* ANY: of every one */
	enum stage stage;
	int code;
	const char *dsn; /* empty: the server says none */
	enum group group;
	enum how how;
	uint8_t weight[N_CAUSES];
	const char *text;
};
extern const struct word words[];
extern const unsigned n_words;
#define ACCEPTED UINT8_MAX
#define EXPIRED (UINT8_MAX - 1)

enum ptr { PTR_OWN, PTR_GENERIC, PTR_NONE, PTR_FOREIGN };

struct source {
	char label[40]; /* as a reader of the log names it: host/postfix/name */
	char host[16], name[8];
	uint32_t addr;
	unsigned net;
	int64_t skew_ms;      /* of its host's clock */
	int64_t born_ms;      /* sends nothing before */
	enum ptr ptr, always; /* its name at the end, and before the trouble */
	unsigned listed;      /* bits: blocklists */
};

struct stream {
	const char *name, *domain;
	bool campaign;
	double share;		/* of all mail */
	double on[MAX_SOURCES]; /* how it is spread over the sources; sums to 1 */
	double dead, complaint; /* shares of its messages, usual */
	double stray_content;	/* refused as spam, elsewhere and always */
	int64_t born_ms;	/* sends nothing before */
	unsigned login;		/* who submits it */
	unsigned campaign_day, campaign_hour;
	double campaign_size;
};

/* A change of the sender's own conduct; whether anybody minds is another matter. */
enum change_what { MORE_DEAD, MORE_MAIL, MORE_COMPLAINTS, MORE_SPAM, OTHER_LOGIN };
struct change {
	enum change_what what;
	uint32_t streams, sources; /* bits */
	int64_t from_ms, until_ms;
	double value;
};

/* A provider's hidden state that makes it refuse. */
struct trouble {
	unsigned causes; /* bits */
	enum provider provider;
	uint32_t streams;
	int64_t from_ms[MAX_SOURCES]; /* INT64_MAX: this source is spared */
	int64_t until_ms;
	double share;
	double limit; /* > 0: takes that many an hour and source, refuses what is more */
	uint8_t word[2];
	double first; /* how often it is word[0] */
	bool lead;    /* the slowing before a block: no trouble of its own */
};

/* What the log has of an attempt: what a careful reader could count. */
struct attempt {
	int32_t at_s; /* since the beginning of the log, by the clock of the host */
	uint8_t source, provider, stream, word;
	uint8_t login;
	bool first; /* the first attempt of its message */
};

struct complaint {
	int32_t at_s; /* since the beginning of the log */
	uint8_t source, provider;
};

struct message {
	int64_t in_ms, next_ms;
	uint32_t number;
	uint32_t who; /* the recipient */
	uint8_t stream, source, provider, login;
	uint8_t tries;
	bool dead, full, spam;
	int64_t full_until_ms;
};

struct world {
	const char *kind;
	uint64_t seed;
	enum split split;
	uint64_t chance;
	int64_t begin_ms, onset_ms, now_ms;
	double volume, backoff_max_s, lifetime_ms, night, weekend, grey, full, stray;
	bool small, ordinary, feed, owns_range, relay;
	bool no_config; /* nobody told reputed the addresses: NAT, and an empty configuration */
	bool spf_bad, dkim_bad, no_dmarc;
	unsigned looks; /* 0 nobody looked at DNS; 1 at the end; 2 also a day before the trouble */
	unsigned n_sources, n_nets, n_streams;
	struct source sources[MAX_SOURCES];
	uint32_t nets[3];
	struct stream streams[MAX_STREAMS];
	double weight[N_PROVIDERS];
	struct trouble troubles[MAX_TROUBLES];
	unsigned n_troubles;
	struct change changes[MAX_CHANGES];
	unsigned n_changes;
	int64_t down_from_ms, down_until_ms; /* own network */
	int64_t missing_from_ms, missing_until_ms;
	struct attempt *attempts; /* in the order of the log */
	size_t n_attempts, room;
	struct complaint *complaints; /* those that are read, in no order */
	size_t n_complaints, room_complaints;
	FILE *log, *feedback; /* NULL: count only */
};

/* chance.c */
uint64_t chance(struct world *w);
double unit(struct world *w); /* 0 <= u < 1 */
bool happens(struct world *w, double probability);
unsigned below(struct world *w, unsigned n);
double draw(struct world *w, enum range r); /* from the part of the range that is the split's */
unsigned poisson(struct world *w, double mean);
unsigned weighted(struct world *w, const double *weight, unsigned n);
void print_ranges(void);

/* sender.c: who sends */
void set_label(struct source *s);
void make_sender(struct world *w, unsigned min_sources, unsigned max_sources, unsigned nets);
int64_t later(struct world *w, int64_t from_ms, enum range hours_or_days, int64_t unit_ms);
extern const char *const provider_ids[N_PROVIDERS];

/* causes.c: what befalls it */
struct trouble *trouble(struct world *w, unsigned causes, enum provider p, int64_t at_ms);
void spare_others(struct world *w, struct trouble *t, uint32_t streams);
void change(struct world *w, enum change_what what, uint32_t streams, uint32_t sources,
    int64_t from_ms, int64_t until_ms, double value);
uint32_t all_sources(const struct world *w);
uint32_t all_streams(const struct world *w);
enum provider some_provider(struct world *w);
unsigned worst_stream(struct world *w);
unsigned home_of(const struct world *w, unsigned stream);
void punish_range(struct world *w, unsigned net, enum provider p, int64_t at_ms);
void punish_own(struct world *w, unsigned stream, enum provider p, int64_t at_ms);
void punish_dead(struct world *w, unsigned stream, enum provider p, int64_t at_ms);
void punish_volume(struct world *w, unsigned source, enum provider p, int64_t at_ms);
void punish_content(struct world *w, enum provider p, int64_t at_ms);
void break_authentication(struct world *w, enum provider p, int64_t at_ms, bool loud);
void break_identity(struct world *w, unsigned source, enum provider p, int64_t at_ms, bool loud);
void new_policy(struct world *w, enum provider p, int64_t at_ms);
void provider_down(struct world *w, enum provider p, int64_t at_ms);
void innocent(struct world *w); /* what happens besides and is not the cause */
void respeak(struct world *w, enum how how);

/* dns.c */
void look_at_dns(struct world *w);
void list_source(struct world *w, unsigned source, double probability);
void break_name(struct world *w, unsigned source);
void break_records(struct world *w);
void write_zone(const struct world *w, FILE *out, bool before);

/* kinds.c */
extern const unsigned n_kinds;
const char *kind_name(unsigned i);
bool make_world(struct world *w, const char *kind, uint64_t seed, enum split split);

/* mail.c */
void run(struct world *w);
void world_free(struct world *w);

/* lines.c */
void line_in(struct world *w, const struct message *m);
void line_out(struct world *w, const struct message *m, int64_t at_ms, uint8_t word);
void line_complaint(struct world *w, const struct message *m, int64_t at_ms);

/* files.c */
void write_config(const struct world *w, FILE *out);
void write_truth(const struct world *w, FILE *out);
void print_words(void);

/* cells.c */
struct cell {
	unsigned source;
	enum provider provider;
	unsigned causes;
	int64_t since_ms, until_ms;
	int32_t heard_s;	    /* the first refusal that the log has, since its beginning */
	unsigned refused, attempts; /* of the cell, since then */
	uint8_t word;		    /* the commonest */
};
#define MAX_CELLS 64
unsigned find_cells(const struct world *w, struct cell *cells);
struct conduct {
	double dead_week,
	    dead_day;	   /* the highest of any source: of 7 days, and of the worst day in them */
	double complaints; /* the highest of any provider in 30 days; < 0: nothing is read */
};
void measure_conduct(const struct world *w, struct conduct *c);
void print_cells(const struct world *w, FILE *out);
void print_columns(FILE *out);

#endif
