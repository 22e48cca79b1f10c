/* SPDX-License-Identifier: Apache-2.0 */
/*
 * genlog.h -- what the parts of genlog share (main.c says what it is).
 *
 * One process, one run, one thread: the state is in variables, and nothing is freed. Only chance
 * decides, in the order of calls, so a call of rnd() more or less changes every byte behind it.
 */
#ifndef GENLOG_H
#define GENLOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define SEC 1000000ULL /* everything is counted in microseconds */
#define MIN (60 * SEC)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)

#define OUT_CAP (1U << 20)
#define OUT_ROOM (1U << 14)

struct output {
	char *buf;
	char *p;
	int fd;
	const char *name; /* borrowed */
	uint64_t lines;
	uint64_t bytes;
};

#define LIT(s) put("" s "", sizeof(s) - 1)

struct civil {
	unsigned y, mo, d, h, mi, s, wday; /* wday 0 is Sunday */
};

/* A constant, so that tables can hold moments. YEAR_ and DOY_ count from March. */
#define YEAR_(y, mo) ((uint64_t)((mo) <= 2 ? (y)-1 : (y)))
#define DOY_(mo, d) ((153 * ((mo) > 2 ? (mo)-3 : (mo) + 9) + 2) / 5 + (d)-1)
#define DAYS_(yy, doy) ((yy)*365 + (yy) / 4 - (yy) / 100 + (yy) / 400 + (doy)-719468)
#define AT(y, mo, d, h, mi, s) \
	((DAYS_(YEAR_(y, mo), DOY_(mo, d)) * 86400 + (h)*3600 + (mi)*60 + (s)) * SEC)

enum prov_id {
	P_MSC,
	P_M365,
	P_GOOGLE,
	P_YAHOO,
	P_ORANGE,
	P_LAPOSTE,
	P_FREE,
	P_APPLE,
	P_UI,
	P_OTHER,
	P_PROOFPOINT,
	P_MIMECAST,
	P_BARRACUDA,
	P_COMCAST,
	P_COX,
	P_SPECTRUM,
	P_MAILRU,
	P_YANDEX,
	P_QQ,
	P_NETEASE,
	P_TONLINE,
	P_GODADDY,
	P_RACKSPACE,
	P_TITAN,
	P_MESSAGELABS,
	P_TREND,
	P_SFR,
	P_BLUEWIN,
	P_COUNT
};

struct prov {
	const char *id;
	const char *host[3]; /* NULL: made from the recipient's domain */
	uint32_t ip[3];
	uint32_t spread; /* how many addresses answer for one host */
	const char *ok;	 /* what it says after the dot */
};

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

enum cls {
	C_THROTTLED,
	C_BLOCKED,
	C_LISTED,
	C_GREYLISTED,
	C_AUTHENTICATION,
	C_IDENTITY,
	C_CONTENT,
	C_RECIPIENT,
	C_MAILBOX,
	C_POLICY,
	C_CAPACITY,
	C_NETWORK,
	C_TLS,
	C_PROTOCOL,
	C_COUNT
};

/* Where in the dialogue. The last three are the own server's words. */
enum stage { S_GREET, S_EHLO, S_MAIL, S_RCPT, S_DATA, S_DOT, S_CONNECT, S_HOST, S_DNS };

/*
 * One reply. In the text %X stands for something that varies:
 *	a own address   r recipient   d its domain   s sender's domain   f sender
 *	h remote host   i its address   m Message-ID   E seconds since 1970   g Google's id
 *	M Microsoft's host, time and id   P its filter agent   C1 its host
 *	Xn xn upper and lower hex   Nn digits   Bn letters and digits   bn the same, lower
 * Postfix joins the lines of a reply with one blank, which is why Google's read so oddly.
 */
struct op {
	const char *lit; /* borrowed from the table */
	uint16_t n;
	uint8_t what; /* 0: only the literal */
	uint8_t width;
};

struct tpl {
	struct op *ops; /* owned by op_pool */
	unsigned nops;
};

struct reply {
	uint8_t prov, cls, stage, weight;
	const char *text;
	const char *dsn; /* for the own server's words; otherwise taken from the text */
	struct tpl tpl;
	bool temp; /* deferred */
	char dsn_buf[12];
};

enum { R_S3140, R_S3150, R_S775, R_OFR104, R_TIMEOUT, R_NXDOMAIN, R_NAMED };

/* The rows of one provider, repeated by weight so that a pick is one index. */
struct rows {
	uint16_t *row;
	uint32_t n;
};

enum { OWN_MX = 0xffff, WORKSPACE = 0xfffe };

struct dom {
	const char *s; /* owned by dom_text */
	uint8_t n;
	uint8_t prov;
	uint16_t hoster; /* OWN_MX, WORKSPACE or an index */
};

struct msg {
	uint64_t arrived, active, until, due, seed;
	const struct reply *row; /* what will be said until `until`; NULL: accepted */
	const struct reply *now; /* what was said to the first host of this attempt */
	uint32_t rid, dom, size, ino, child, c_us, d_us;
	uint8_t src, stream, brand, nrcpt, qn, attempts;
	bool dsn;    /* it is a bounce message, on its way to the own sender */
	bool second; /* the second host is being tried */
	char qid[22];
};

struct session {
	uint64_t at0;
	uint32_t pid, total, left, client;
	int forced; /* scenario's own message, or -1 */
};

enum ev {
	E_ARRIVAL,
	E_NOISE,
	E_SCANNER,
	E_FORCED,
	E_CONNECT,
	E_SUBMIT,
	E_DISCONNECT,
	E_MSGID,
	E_ACTIVE,
	E_TRY,
	E_TRY2,
	E_DSN,
	E_BOUNCE,
	E_EXPIRED,
	E_REMOVED
};

struct node {
	uint64_t t;
	uint32_t id;
	uint32_t ev;
};

#define MAX_SRC 4

struct part {
	uint64_t from;
	const char *name;
};

enum { ALL = 1000000 }; /* of the attempts */
enum { SUN = 1, MON = 2, TUE = 4, WED = 8, THU = 16, FRI = 32, SAT = 64, EVERY_DAY = 127 };

/* How many messages a day come in, from then on; the first row that holds counts, none is 0. */
struct volume {
	uint64_t from;
	uint8_t days;		  /* of the week */
	uint8_t hour, until_hour; /* [hour, until_hour) */
	uint32_t per_day;
};

/* What a provider says to some sources from then until then; the first row that holds counts. */
struct trouble {
	uint64_t from, until;
	uint8_t sources; /* bits */
	uint8_t prov;
	uint32_t ppm; /* of the attempts */
	uint8_t reply;
};

/* How many recipients of some streams do not exist; the first row that holds counts. */
struct dead {
	uint64_t from, until;
	uint8_t streams; /* bits; 0: all */
	uint32_t ppm;
};

struct scen {
	const char *name;
	const char *log_host; /* in every line */
	const char *fqdn;     /* its whole name */
	const char *domain;   /* of the senders */
	unsigned nsrc;
	const char *sys[MAX_SRC];  /* syslog_name of the transport */
	const char *addr[MAX_SRC]; /* public */
	uint64_t start, end;	   /* end 0: when everything is delivered */
	struct part part[4];	   /* files; else one, mail.log */
	struct volume volume[4];
	struct trouble trouble[12];
	struct dead dead[2];
	uint32_t people;      /* who may get mail */
	uint8_t share[10][2]; /* of the people, per cent by provider; the last takes the rest */
	uint32_t pairs;	      /* one receipt in so many has two recipients; 0: none */
	void (*make)(struct msg *m, uint64_t t); /* NULL: as the rows above say */
	uint64_t forced[2];			 /* a Microsoft message of source 0, 1 ends here */
	uint32_t dead_ppm; /* how often a dead host suspends the destination */
};

struct wanted {
	uint64_t seed;
	uint64_t deliveries;
	uint64_t open;
	uint64_t count;
	uint64_t end; /* 0: when the scenario's table says */
	uint32_t days;
	uint32_t scale;
	bool bsd_stamp; /* RFC 3164 */
	bool long_ids;
	bool with_stage;
	const char *dir; /* NULL: standard output */
	const char *truth;
};

enum status { T_SENT, T_DEFERRED, T_BOUNCED, T_EXPIRED, T_COUNT };

struct procs {
	char name[48];
	uint8_t n;
	uint8_t npid;
	uint32_t pid[24];
};

enum { ST_PASSWORD, ST_RECEIPTS, ST_SHIPPING, ST_VERP, ST_NEWSLETTER };

/* Chance, output and small numbers, as they are called for every byte. */
extern uint64_t rng_state;
extern struct output out;
extern const char digits2[];

void flush(void);

static inline uint64_t
mix64(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static inline uint64_t
rnd(void)
{
	return mix64(rng_state += 0x9e3779b97f4a7c15ULL);
}

/* 0 .. n-1 */
static inline uint32_t
below(uint32_t n)
{
	return (uint32_t)(((rnd() >> 32) * n) >> 32);
}

static inline uint64_t
between(uint64_t lo, uint64_t hi)
{
	return lo + rnd() % (hi - lo + 1);
}

static inline bool
chance(uint32_t ppm)
{
	return below(1000000) < ppm;
}

static inline void
room(void)
{
	if ((size_t)(out.p - out.buf) > OUT_CAP - OUT_ROOM)
		flush();
}

static inline void
put(const char *s, size_t n)
{
	memcpy(out.p, s, n);
	out.p += n;
}

static inline void
puts0(const char *s)
{
	put(s, strlen(s));
}

static inline void
putch(char c)
{
	*out.p++ = c;
}

static inline void
putu(uint64_t v)
{
	char b[20];
	size_t i = sizeof b;

	while (v >= 100) {
		i -= 2;
		memcpy(b + i, digits2 + 2 * (v % 100), 2);
		v /= 100;
	}
	if (v >= 10) {
		i -= 2;
		memcpy(b + i, digits2 + 2 * v, 2);
	} else
		b[--i] = (char)('0' + v);
	put(b + i, sizeof b - i);
}

/* n decimal digits with leading zeros */
static inline void
putz(uint64_t v, unsigned n)
{
	char *p = out.p + n;

	out.p = p;
	while (n-- > 0) {
		*--p = (char)('0' + v % 10);
		v /= 10;
	}
}

static inline void
puthex(uint64_t v, unsigned n, const char *alphabet)
{
	while (n-- > 0)
		putch(alphabet[(v >> (4 * n)) & 15]);
}

/* base.c: chance, output, time */
extern const char upper16[];
extern const char lower16[];
extern const char months[12][4];

void die(int rc, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));
void *grow(void *p, size_t n, size_t size);
/* Zipf-like with exponent 1: every power of two of ranks is as likely as the next. */
uint32_t zipf(uint64_t h, uint32_t bits, uint32_t n);
void putip(uint32_t ip);
void civil_of(uint64_t t, struct civil *c);
void put_date(const struct civil *c, bool dashes);
void put_clock(const struct civil *c, bool colons);

/* providers.c: who receives, and what they say */
extern const struct prov provs[P_COUNT];
extern const char *const cls_names[C_COUNT];
extern const char *const stage_words[];
extern struct reply replies[];
extern const uint32_t replies_n;
extern struct tpl ok_tpl[P_COUNT];
extern struct rows by_prov[P_COUNT], by_class[P_COUNT][C_COUNT];

void replies_init(void);
/* A reply of this class as the provider words it; NULL where we have none. */
const struct reply *pick(unsigned prov, enum cls c);

/* domains.c: where mail goes */
extern struct dom *doms;
extern uint32_t ntail, tail0;

/*
 * `mixed`: a tail as a big mailer meets it (hosters, Microsoft 365, Workspace, own hosts).
 * Otherwise the first two thirds of the tail run their own host and the last third are
 * Microsoft 365 tenants, so that a scenario can ask for either.
 */
void domains_init(uint32_t n, bool mixed);
uint32_t big_domain(unsigned prov, uint32_t percent);
/* The MX host that answers for a domain; `k` is the first or the second asked. */
void put_host(const struct dom *d, unsigned k);
bool two_hosts(const struct dom *d);
uint32_t host_ip(const struct dom *d, unsigned k, uint32_t salt);

/* queue.c: what is under way: messages, sessions, and events by time */
extern struct msg *msgs;
extern struct session *sess;
extern uint64_t open_now, open_peak, planned, created;
extern struct node *heap;
extern struct node next_node;
extern bool next_set;
extern uint32_t msg_free, *msg_stack, sess_free, *sess_stack;
extern uint32_t heap_n;

uint32_t msg_new(void);
uint32_t sess_new(void);
void push(uint64_t t, enum ev ev, uint32_t id);
/* The event being handled turns into this one: cheaper than pop and push. */
void again(uint64_t t, enum ev ev, uint32_t id);
void replace_top(struct node x);

/* lines.c: the words of a line */
extern struct procs pr_smtpd, pr_cleanup, pr_qmgr, pr_bounce, pr_lmtp, pr_pipe, pr_anvil, pr_error,
    pr_scache, pr_smtp[MAX_SRC];
extern const char *own_addr;

uint32_t new_pid(void);
void procs_init(struct procs *p, const char *sys, const char *prog, unsigned n);
uint32_t a_pid(struct procs *p);
void head(uint64_t t, const struct procs *p, uint32_t pid);
void eol(void);
void ino_put(uint32_t ino);
void set_qid(struct msg *m, uint64_t t);
void put_alnum(unsigned n, bool lower);
void put_tpl(const struct tpl *tp, const struct msg *m, uint64_t t, unsigned k);
void say(const char *f, ...);
/* A whole line of one process. */
void line(uint64_t t, const struct procs *p, uint32_t pid, const char *f, ...);

/* noise.c: what else stands in a log */
void noise_scanner(uint64_t t);
void noise(uint64_t t);

/* postfix.c: what Postfix does */
extern uint32_t wait_max_us;

const char *client(const struct session *s);
/* Into the active queue; decide how long everything takes. */
void active(uint32_t id, uint64_t t);
void open_part(const char *name);
uint32_t per_day(uint64_t t, const struct civil *c);
void simulate(void);

/* scenarios.c: what happens when, to whom */
extern struct scen scenarios[];
extern const uint32_t scenarios_n;

void make(struct msg *m, uint64_t t);
/* What is said to an attempt at this moment; NULL: it is accepted. */
const struct reply *outcome(struct msg *m, uint64_t t);
void bench_make(struct msg *m, uint64_t t);
/* The bench ends before the third of November, however long it is. */
void bench_times(struct scen *s);
/* Moves all that happens, so that the log ends then. Only for a scenario that has an end. */
void scenario_ends(struct scen *s, uint64_t end);

/* main.c: what was asked for, and what was written */
extern const struct scen *sc;
extern struct wanted opt;
extern uint64_t truth[MAX_SRC][P_COUNT][T_COUNT], truth_mute[MAX_SRC][P_COUNT][T_COUNT];
extern uint64_t truth_class[P_COUNT][C_COUNT];

#endif
