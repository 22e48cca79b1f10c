/*
 * unit/test_sns_job.c -- what is done with messages of SNS: checked, confirmed, stored; what is remembered.
 *
 *	test_sns_job run CONFIG SERVER NAME FILE...
 *
 * posts the files to one job, whose requests to Amazon go out as in the daemon, and prints a line for each answer; two
 * lines for each when the last FILE is "again". For tests/system/test_sns.py.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* pipe2 */
#include "tap.h"

#include "cli/sns_job.h"
#include "config/config.h"
#include "config/paths.h"
#include "engine/workers.h"
#include "sns_world.h"
#include "store/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOW = 1793688131 };

#define BOUNCE(id)                                                                                                            \
	"{\"notificationType\":\"Bounce\",\"mail\":{\"timestamp\":\"2026-11-03T06:42:10.000Z\",\"messageId\":\"" id           \
	"\",\"source\":\"news@shop.example\",\"destination\":[\"jo@hotmail.com\"]},\"bounce\":{\"bounceType\":\"Permanent\"," \
	"\"bounceSubType\":\"General\",\"bouncedRecipients\":[{\"emailAddress\":\"jo@hotmail.com\",\"action\":\"failed\","    \
	"\"status\":\"5.7.1\",\"diagnosticCode\":\"smtp; 550 5.7.1 blocked (S3140)\"}],"                                      \
	"\"timestamp\":\"2026-11-03T06:42:11.000Z\",\"reportingMTA\":\"dsn; a8-70.smtp-out.amazonses.com\","                  \
	"\"remoteMtaIp\":\"198.51.100.7\"}}"

static struct sns_key key, stranger;
static struct rep_sns_kept kept;
static char top[] = "/tmp/reputed-sns.XXXXXX";

/* --- a program and its requests ------------------------------------------------------------------------------ */

struct amazon {
	bool down;
	unsigned asked;
	char host[REP_SNS_HOST_TEXT], path[REP_SNS_PATH_TEXT]; /* the last */
};

static enum rep_rc
get(void *ctx, const char *host, const char *path, struct rep_buf *out, struct rep_err *err)
{
	struct amazon *z = ctx;

	z->asked++;
	snprintf(z->host, sizeof z->host, "%s", host);
	snprintf(z->path, sizeof z->path, "%s", path);
	if (z->down)
		return rep_fail(err, REP_EIO, "https://%s%s: no connection", host, path);
	rep_buf_add(
	    out, rep_str_ends(rep_str_c(path), REP_S(".pem")) ? sns_pem(&key) : REP_S("<ok/>"));
	return REP_OK;
}

static void
program(struct rep_cli *c, const char *conf, int64_t now_s)
{
	static struct rep_paths paths;
	struct rep_config_problems problems = { 0 };
	struct rep_err err;

	memset(c, 0, sizeof *c);
	c->arena = rep_arena_new(64 << 20);
	rep_cli_session(c);
	c->session.cfg = &c->cfg;
	c->session.arena = c->arena;
	c->session.clock_s = c->session.now_s = now_s;
	c->session.know_dir = top;
	snprintf(paths.database, sizeof paths.database, "%s/reputed.db", top);
	snprintf(paths.key, sizeof paths.key, "%s/key", top);
	rep_config_init(&c->cfg, &paths);
	assert(
	    rep_config_parse(rep_str_c(conf), "f", c->arena, &c->cfg, &problems, &err) == REP_OK &&
	    problems.n == 0);
}

static const char configured[] =
    "sns ses { topic " SNS_TOPIC " }\nsns other { topic arn:aws:sns:us-east-1:1:x }\n";

/* Deliveries that are stored. */
static uint64_t
stored(void)
{
	struct rep_store_totals t = { 0 };
	struct rep_store *s = NULL;
	struct rep_err err = { .msg = "" };
	struct rep_cli c;
	uint64_t n = 0;

	program(&c, configured, NOW);
	if (rep_session_store(&c.session, REP_STORE_READ_ONLY, &s, &err) == REP_OK &&
	    rep_store_totals(s, &t, &err) == REP_OK)
		n = t.counted;
	rep_store_close(s);
	rep_arena_free(c.arena);
	return n;
}

static struct sns_post
bounce(const char *id, const char *message)
{
	return (struct sns_post){ .type = "Notification",
		.id = id,
		.topic = SNS_TOPIC,
		.message = message,
		.timestamp = "2026-11-03T06:42:12.000Z",
		.version = "1",
		.cert_url = SNS_CERT };
}

struct posts {
	struct rep_buf body[REP_SNS_AT_ONCE_MAX];
	struct rep_sns_posted v[REP_SNS_AT_ONCE_MAX];
	size_t n;
};

static void
post(struct posts *p, const char *name, const struct sns_post *what, const struct sns_key *k)
{
	char signature[1024];

	rep_buf_init(&p->body[p->n], 2 << 20);
	sns_sign(what, k, signature);
	sns_body(what, signature, &p->body[p->n]);
	p->v[p->n] = (struct rep_sns_posted){ rep_str_c(name), rep_buf_str(&p->body[p->n]) };
	p->n++;
}

/* Runs a job in this process, and remembers. */
static void
job(struct posts *p, struct amazon *z, struct rep_sns_done *done_)
{
	struct rep_cli c;

	program(&c, configured, NOW);
	rep_sns_job(&c, &kept, p->v, p->n, get, z, done_);
	for (size_t i = 0; i < p->n; i++) {
		if (done_->v[i].id != 0)
			rep_sns_kept_note(&kept, done_->v[i].id, NOW);
		rep_buf_fini(&p->body[i]);
	}
	p->n = 0;
	rep_arena_free(c.arena);
}

static void
forget_all(void)
{
	const struct rep_key secret = { { 7 } };

	rep_sns_kept_init(&kept, &secret);
}

static bool
is(const struct rep_sns_done *d, size_t i, enum rep_sns_outcome want, const char *what)
{
	bool held = ok(d->v[i].outcome == want, "%s: %s", what, rep_sns_word(want));

	if (!held)
		printf("#  got %s: %s\n", rep_sns_word(d->v[i].outcome), d->v[i].why);
	return held;
}

/* --- tests ---------------------------------------------------------------------------------------------------- */

static void
events(void)
{
	static struct rep_sns_done d;
	struct amazon z = { .down = true };
	static struct posts p;
	struct sns_post one = bounce("m1", BOUNCE("0100-1")), two = bounce("m2", BOUNCE("0100-2")),
			three = bounce("m3", BOUNCE("0100-3"));

	post(&p, "ses", &one, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_NO_CERT, "the certificate cannot be had");
	ok(d.v[0].id == 0 && !d.news && d.certs == 0 && stored() == 0,
	    "nothing is stored or remembered");
	z.down = false;
	post(&p, "ses", &one, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_STORED, "the same again, and it can be had");
	ok(strcmp(z.host, "sns.us-east-1.amazonaws.com") == 0 &&
		strcmp(z.path, "/SimpleNotificationService-7ff5318490ec183fbaddaa2a969abfda.pem") ==
		    0,
	    "from where its URL says");
	ok(d.news && d.certs == 1 && stored() == 1, "one delivery is stored");
	z.asked = 0;
	post(&p, "ses", &one, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_KNOWN, "once more");
	ok(!d.news && z.asked == 0 && stored() == 1, "nothing is done");
	post(&p, "ses", &two, &key);
	post(&p, "ses", &three, &stranger);
	post(&p, "ses", &three, &key);
	post(&p, "nobody", &three, &key);
	post(&p, "other", &three, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_STORED, "several at once: a second event");
	is(&d, 1, REP_SNS_FORGED, "one of a stranger");
	is(&d, 2, REP_SNS_STORED, "the same id, signed by Amazon");
	is(&d, 3, REP_SNS_NO_NAME, "a name that is not configured");
	is(&d, 4, REP_SNS_OTHER_TOPIC, "a topic of another name");
	ok(z.asked == 0 && stored() == 3, "the certificate was kept; three are stored");
	ok(d.v[1].id == 0 && d.v[3].id == 0 && d.v[4].id == 0,
	    "what was refused is not remembered");
	forget_all();
	post(&p, "ses", &one, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_STORED, "after a restart the first comes again");
	is_int((int64_t)stored(), 3, "and counts once");
}

static void
nothing_to_store(void)
{
	static struct rep_sns_done d;
	struct amazon z = { .down = false };
	static struct posts p;
	struct sns_post plain = bounce("p1",
			    "Successfully validated SNS topic for Amazon SES event publishing."),
			other = bounce("p2", "{\"alarm\":\"disk\"}"),
			sneaky = bounce("p3", "{\"alarm\":\"disk\"}");
	static const char more[] =
	    ",\"notificationType\":\"Bounce\",\"eventType\":\"Bounce\",\"detail\":" BOUNCE(
		"evil-1") "}";
	uint64_t before = stored();

	post(&p, "ses", &plain, &key);
	post(&p, "ses", &other, &key);
	post(&p, "ses", &sneaky, &key);
	/* Fields that nobody has signed beside those that Amazon has. */
	rep_buf_cut(&p.body[2], p.body[2].n - 1);
	rep_buf_add(&p.body[2], REP_S(more));
	p.v[2].body = rep_buf_str(&p.body[2]);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_NOTED, "the first message of a topic is plain text");
	is(&d, 1, REP_SNS_NOTED, "JSON that is no event");
	is(&d, 2, REP_SNS_NOTED, "an event beside the signed fields");
	ok(!d.news && stored() == before, "nothing of it is stored");
}

static void
damaged_event(void)
{
	static struct rep_sns_done d;
	struct amazon z = { .down = false };
	static struct posts p;
	struct sns_post broken = bounce("b1", "{\"notificationType\":\"Bounce\",\"bounce\":{"),
			good = bounce("b2", BOUNCE("0100-4"));
	uint64_t before = stored();

	post(&p, "ses", &broken, &key);
	post(&p, "ses", &good, &key);
	job(&p, &z, &d);
	is(&d, 1, REP_SNS_STORED, "an event beside one that cannot be read");
	is_int((int64_t)(stored() - before), 1, "is stored");
}

static void
subscriptions(void)
{
	static struct rep_sns_done d;
	struct amazon z = { .down = false };
	static struct posts p;
	struct sns_post s = { .type = "SubscriptionConfirmation",
		.id = "s1",
		.topic = SNS_TOPIC,
		.message = "You have chosen to subscribe",
		.timestamp = "2026-11-03T06:42:12.000Z",
		.token = SNS_TOKEN,
		.subscribe_url = SNS_SUBSCRIBE,
		.version = "2",
		.cert_url = SNS_CERT };

	forget_all();
	post(&p, "ses", &s, &stranger);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_FORGED, "a subscription of a stranger");
	ok(z.asked == 1 && d.certs == 0, "is not confirmed, and its certificate not kept");
	post(&p, "ses", &s, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_CONFIRMED, "one that Amazon signed");
	ok(z.asked == 3 && strcmp(z.host, "sns.us-east-1.amazonaws.com") == 0 &&
		strcmp(z.path,
		    "/?Action=ConfirmSubscription&TopicArn=" SNS_TOPIC "&Token=" SNS_TOKEN) == 0,
	    "is confirmed: %s", z.path);
	s.id = "s2";
	z.down = true;
	post(&p, "ses", &s, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_NOT_DONE, "one that cannot be confirmed");
	ok(rep_sns_status(d.v[0].outcome) == 503 && d.v[0].id == 0, "comes again");
	s.type = "UnsubscribeConfirmation";
	s.id = "s3";
	z = (struct amazon){ .down = false };
	post(&p, "ses", &s, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_NOTED, "the end of one");
	ok(z.asked == 0, "is not undone");
}

static void
limits(void)
{
	static struct rep_sns_done d;
	struct amazon z = { .down = true };
	static struct posts p;
	unsigned busy = 0;

	forget_all();
	for (unsigned i = 0; i < REP_SNS_AT_ONCE_MAX; i++) {
		char id[16];
		struct sns_post x = bounce(id, BOUNCE("0100-9"));

		snprintf(id, sizeof id, "l%u", i);
		post(&p, "ses", &x, &key);
	}
	job(&p, &z, &d);
	for (unsigned i = 0; i < REP_SNS_AT_ONCE_MAX; i++)
		busy += d.v[i].outcome == REP_SNS_BUSY;
	ok(z.asked == REP_SNS_REQUESTS_MAX && d.asked == z.asked && busy == REP_SNS_AT_ONCE_MAX - 2,
	    "32 at once, and Amazon is down: it is asked twice, the others come again");
}

/* The store cannot be written: nothing is remembered, so it comes again. */
static void
no_store(void)
{
	static struct rep_sns_done d;
	struct amazon z = { .down = false };
	static struct posts p;
	struct sns_post x = bounce("n1", BOUNCE("0100-10"));
	char db[64], aside[64];

	forget_all();
	snprintf(db, sizeof db, "%s/reputed.db", top);
	snprintf(aside, sizeof aside, "%s/aside", top);
	assert(rename(db, aside) == 0 && mkdir(db, 0700) == 0);
	post(&p, "ses", &x, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_NOT_DONE, "a database that cannot be opened");
	ok(d.v[0].id == 0 && !d.news && d.v[0].why[0] != '\0',
	    "is said, and nothing is remembered: %s", d.v[0].why);
	assert(rmdir(db) == 0 && rename(aside, db) == 0);
	post(&p, "ses", &x, &key);
	job(&p, &z, &d);
	is(&d, 0, REP_SNS_STORED, "then it is stored");
}

/* As the daemon does it. */
static void
process(void)
{
	static struct rep_sns_done d;
	static struct posts p;
	struct sns_post x = bounce("q1", BOUNCE("0100-11"));
	uint64_t before = stored();
	struct rep_cli c;
	int pipe, status, ends[2];
	pid_t pid;

	program(&c, configured, NOW);
	forget_all();
	/* rep_child_start takes the clock, so the message is of now, and so is the certificate. */
	{
		static char now[REP_TIME_TEXT];
		static struct sns_key today;
		int64_t now_s = rep_cli_clock_s();

		sns_key_init(&today, EVP_RSA_gen(2048), now_s - 900, now_s + 90000);
		x.timestamp = rep_time_text(now_s, now);
		rep_sns_kept_put(&kept, rep_str_c(SNS_CERT), sns_pem(&today), now_s);
		post(&p, "ses", &x, &today);
		pid = rep_sns_start(&c, open("/dev/null", O_RDONLY), &kept, p.v, p.n, &pipe);
		ok(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
			WEXITSTATUS(status) == 0,
		    "a process for it ends well");
		rep_sns_ended(&pipe, &kept, 1, now_s, &d);
		is(&d, 0, REP_SNS_STORED, "its answer");
		ok(d.news && stored() == before + 1 && rep_sns_kept_seen(&kept, d.v[0].id, now_s),
		    "it is stored, and remembered");
		assert(pipe2(ends, O_CLOEXEC) == 0 &&
		    write(ends[1], &d, sizeof d / 2) == sizeof d / 2 && close(ends[1]) == 0);
		rep_sns_ended(&ends[0], &kept, 1, now_s, &d);
		is(&d, 0, REP_SNS_NOT_DONE, "one that ended in the middle of its answer");
		sns_key_fini(&today);
	}
	rep_buf_fini(&p.body[0]);
	rep_arena_free(c.arena);
}

/* --- for test_sns.py ------------------------------------------------------------------------------------------- */

static int
run(int argc, char **argv)
{
	static struct rep_sns_posted v[REP_SNS_AT_ONCE_MAX];
	static struct rep_buf body[REP_SNS_AT_ONCE_MAX];
	static char conf[4096];
	static struct rep_sns_done d;
	FILE *f = fopen(argv[2], "r");
	bool again = strcmp(argv[argc - 1], "again") == 0;
	size_t n = 0;
	struct rep_cli c;

	conf[f == NULL ? 0 : fread(conf, 1, sizeof conf - 1, f)] = '\0';
	snprintf(top, sizeof top, "%s", "/none");
	forget_all();
	program(&c, conf, rep_cli_clock_s());
	c.session.know_dir = NULL;
	c.server = argv[3];
	for (int i = 5; i < argc - again && n < REP_SNS_AT_ONCE_MAX; i++) {
		char chunk[4096];
		FILE *in = fopen(argv[i], "r");
		size_t got;

		rep_buf_init(&body[n], 2 << 20);
		while (in != NULL && (got = fread(chunk, 1, sizeof chunk, in)) > 0)
			rep_buf_add(&body[n], (struct rep_str){ chunk, got });
		if (in != NULL)
			(void)fclose(in);
		v[n] = (struct rep_sns_posted){ rep_str_c(argv[4]), rep_buf_str(&body[n]) };
		n++;
	}
	for (int turn = 0; turn < 1 + again; turn++) {
		rep_sns_job(&c, &kept, v, n, NULL, NULL, &d);
		for (size_t i = 0; i < n; i++) {
			printf("%s %d %s\n", rep_sns_word(d.v[i].outcome),
			    rep_sns_status(d.v[i].outcome), d.v[i].why);
			if (d.v[i].id != 0)
				rep_sns_kept_note(&kept, d.v[i].id, c.session.clock_s);
		}
	}
	for (size_t i = 0; i < n; i++)
		rep_buf_fini(&body[i]);
	rep_arena_free(c.arena);
	if (f != NULL)
		(void)fclose(f);
	return 0;
}

int
main(int argc, char **argv)
{
	char clean[64];

	if (argc == 2 && strcmp(argv[1], REP_WORKERS_PARSE) == 0)
		_exit(rep_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_READ) == 0)
		_exit(rep_read_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_RESOLVE) == 0)
		_exit(rep_resolve_worker_main());
	if (argc == 2 && strcmp(argv[1], REP_WORKERS_FETCH) == 0)
		_exit(rep_fetch_worker_main());
	(void)signal(SIGPIPE, SIG_IGN);
	if (argc > 5 && strcmp(argv[1], "run") == 0)
		return run(argc, argv);
	assert(mkdtemp(top) != NULL);
	forget_all();
	sns_key_init(&key, EVP_RSA_gen(2048), NOW - 900000, NOW + 900000);
	sns_key_init(&stranger, EVP_RSA_gen(2048), NOW - 900000, NOW + 900000);
	events();
	nothing_to_store();
	damaged_event();
	subscriptions();
	limits();
	no_store();
	process();
	sns_key_fini(&key);
	sns_key_fini(&stranger);
	snprintf(clean, sizeof clean, "rm -rf %s", top);
	if (system(clean) != 0)
		return 1;
	return done();
}
