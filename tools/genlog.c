/* SPDX-License-Identifier: Apache-2.0 */
/*
 * genlog.c -- writes Postfix logs that never happened.
 *
 * A seeded generator: the same scenario, options and seed give the same bytes on
 * every machine. It follows messages through a small model of Postfix 3.7 (submission,
 * queue manager, delivery, retry with back-off, bounce) and prints the lines that
 * Postfix would have logged, interleaved as in a real log.
 *
 *	genlog SCENARIO [--seed N] [--out DIR|-] [--truth FILE] ...
 *
 *	aws-morning	three addresses behind NAT, blocked by Microsoft; the demo
 *	single		one address, blocked at Outlook.com, nothing else wrong
 *	boring		thirty days without trouble
 *	bench		many lines, fast
 *	replies		distinct refusals, HOST TAB REPLY
 *
 * --truth FILE has what was written, counted by (label, provider, status); see
 * write_truth(). Depends on libc only; keeps no state outside the process. Recipients
 * are made up; small domains end in .example. Fails with one sentence and exit code 4
 * (2 for a wrong command line).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define SEC 1000000ULL /* everything is counted in microseconds */
#define MIN (60 * SEC)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)

static void die(int rc, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));

static void
die(int rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("genlog: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(rc);
}

static void *
grow(void *p, size_t n, size_t size)
{
	void *q = realloc(p, n * size);

	if (q == NULL)
		die(4, "out of memory for %zu x %zu bytes", n, size);
	return q;
}

/* Chance: splitmix64. One stream for the whole run, so the order of calls is the seed's. */

static uint64_t rng_state;

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

/* Zipf-like with exponent 1: every power of two of ranks is as likely as the next. */
static uint32_t
zipf(uint64_t h, uint32_t bits, uint32_t n)
{
	uint32_t k = (uint32_t)(h & 0xffff) * bits >> 16;

	return (uint32_t)((1U << k) - 1 + ((h >> 16) & ((1U << k) - 1))) % n;
}

/* Output: one big buffer, written where it fills. room() is called once for each event. */

#define OUT_CAP (1U << 20)
#define OUT_ROOM (1U << 14)

static struct {
	char *buf;
	char *p;
	int fd;
	const char *name; /* borrowed */
	uint64_t lines;
	uint64_t bytes;
} out;

static void
flush(void)
{
	const char *p = out.buf;

	out.bytes += (uint64_t)(out.p - out.buf);
	while (p < out.p) {
		ssize_t n = write(out.fd, p, (size_t)(out.p - p));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			exit(0); /* the reader has had enough */
		if (n < 0)
			die(4, "writing %s: %s", out.name, strerror(errno));
		p += n;
	}
	out.p = out.buf;
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

#define LIT(s) put("" s "", sizeof(s) - 1)

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

static const char digits2[] = "00010203040506070809101112131415161718192021222324"
			      "25262728293031323334353637383940414243444546474849"
			      "50515253545556575859606162636465666768697071727374"
			      "75767778798081828384858687888990919293949596979899";

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

static const char upper16[] = "0123456789ABCDEF";
static const char lower16[] = "0123456789abcdef";

static void
putip(uint32_t ip)
{
	putu(ip >> 24);
	putch('.');
	putu(ip >> 16 & 255);
	putch('.');
	putu(ip >> 8 & 255);
	putch('.');
	putu(ip & 255);
}

/* Time: microseconds since 1970, UTC. */

struct civil {
	unsigned y, mo, d, h, mi, s, wday; /* wday 0 is Sunday */
};

static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };

/* A constant, so that tables can hold moments. YEAR_ and DOY_ count from March. */
#define YEAR_(y, mo) ((uint64_t)((mo) <= 2 ? (y)-1 : (y)))
#define DOY_(mo, d) ((153 * ((mo) > 2 ? (mo)-3 : (mo) + 9) + 2) / 5 + (d)-1)
#define DAYS_(yy, doy) ((yy)*365 + (yy) / 4 - (yy) / 100 + (yy) / 400 + (doy)-719468)
#define AT(y, mo, d, h, mi, s) \
	((DAYS_(YEAR_(y, mo), DOY_(mo, d)) * 86400 + (h)*3600 + (mi)*60 + (s)) * SEC)

static void
civil_of(uint64_t t, struct civil *c)
{
	uint64_t s = t / SEC, z = s / 86400 + 719468, era = z / 146097, doe = z % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	c->d = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	c->mo = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	c->y = (unsigned)(yoe + era * 400 + (c->mo <= 2 ? 1 : 0));
	c->h = (unsigned)(s / 3600 % 24);
	c->mi = (unsigned)(s / 60 % 60);
	c->s = (unsigned)(s % 60);
	c->wday = (unsigned)((s / 86400 + 4) % 7);
}

static void
put_date(const struct civil *c, bool dashes)
{
	putz(c->y, 4);
	if (dashes)
		putch('-');
	putz(c->mo, 2);
	if (dashes)
		putch('-');
	putz(c->d, 2);
}

static void
put_clock(const struct civil *c, bool colons)
{
	putz(c->h, 2);
	if (colons)
		putch(':');
	putz(c->mi, 2);
	if (colons)
		putch(':');
	putz(c->s, 2);
}

/* Providers; the ids are those of know. */

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

static const struct prov provs[P_COUNT] = {
	[P_MSC] = { "microsoft-consumer", { NULL }, { IP(104, 47, 11, 33) }, 64,
	    "250 2.6.0 %m [InternalId=%N14, Hostname=%C1.eurprd0%N1.prod.outlook.com] "
	    "%N5 bytes in 0.%N3, %N2.%N3 KB/sec Queued mail for delivery -> 250 2.1.5" },
	[P_M365] = { "microsoft-365", { NULL }, { IP(52, 101, 68, 3) }, 64,
	    "250 2.6.0 %m [InternalId=%N14, Hostname=%C1.eurprd0%N1.prod.outlook.com] "
	    "%N5 bytes in 0.%N3, %N2.%N3 KB/sec Queued mail for delivery" },
	[P_GOOGLE] = { "google",
	    { "gmail-smtp-in.l.google.com", "alt1.gmail-smtp-in.l.google.com",
		"alt2.gmail-smtp-in.l.google.com" },
	    { IP(142, 251, 127, 26), IP(74, 125, 133, 26), IP(192, 178, 213, 26) }, 2,
	    "250 2.0.0 OK  %E %g - gsmtp" },
	[P_YAHOO] = { "yahoo",
	    { "mta5.am0.yahoodns.net", "mta6.am0.yahoodns.net", "mta7.am0.yahoodns.net" },
	    { IP(67, 195, 228, 94), IP(98, 136, 96, 74), IP(67, 195, 204, 72) }, 8,
	    "250 ok dirdel" },
	[P_ORANGE] = { "orange", { "smtp-in.orange.fr", "smtp-in.orange.fr" },
	    { IP(80, 12, 26, 32), IP(193, 252, 22, 65) }, 2,
	    "250 2.0.0 %B24 mail accepted for delivery" },
	[P_LAPOSTE] = { "laposte", { "smtpz4.laposte.net" }, { IP(160, 92, 124, 66) }, 1,
	    "250 2.0.0 Ok: queued as 4%B14" },
	[P_FREE] = { "free", { "mx1.free.fr", "mx2.free.fr" },
	    { IP(212, 27, 48, 6), IP(212, 27, 42, 58) }, 2, "250 2.0.0 Ok: queued as %X10" },
	[P_APPLE] = { "apple", { "mx01.mail.icloud.com", "mx02.mail.icloud.com" },
	    { IP(17, 57, 155, 25), IP(17, 56, 9, 25) }, 9, "250 2.0.0 Ok: queued as %X12" },
	[P_UI] = { "united-internet", { "mx00.gmx.net", "mx01.gmx.net" },
	    { IP(212, 227, 15, 10), IP(212, 227, 17, 4) }, 2,
	    "250 Requested mail action okay, completed: id=1%b6-1%b6%N2-00%b4" },
	[P_OTHER] = { "other", { NULL }, { 0 }, 1, "250 2.0.0 Ok: queued as %X11" },
	[P_PROOFPOINT] = { "proofpoint",
	    { "mxa-00148501.gslb.pphosted.com", "mxb-00148501.gslb.pphosted.com" },
	    { IP(67, 231, 149, 140), IP(67, 231, 157, 90) }, 4,
	    "250 2.0.0 4a%b7-1 Message accepted for delivery" },
	[P_MIMECAST] = { "mimecast",
	    { "eu-smtp-inbound-1.mimecast.com", "eu-smtp-inbound-2.mimecast.com" },
	    { IP(195, 130, 217, 201), IP(91, 220, 42, 201) }, 8,
	    "250 SmtpThread-%N8-%N12@uk-mta-%N3.uk.mimecast.lan Received OK [%B22.uk%N3]" },
	[P_BARRACUDA] = { "barracuda",
	    { "d286211a.ess.barracudanetworks.com", "d286211b.ess.barracudanetworks.com" },
	    { IP(209, 222, 82, 252), IP(209, 222, 82, 255) }, 1, "250 Ok: queued as %X8.%X4.%X6" },
	[P_COMCAST] = { "comcast", { "mx1.comcast.net", "mx2.comcast.net" },
	    { IP(96, 114, 157, 80), IP(96, 102, 18, 147) }, 1,
	    "250 2.0.0 %B18 mail accepted for delivery" },
	[P_COX] = { "cox", { "mx.cox.net", "mx2.cox.net" },
	    { IP(34, 212, 80, 54), IP(35, 162, 106, 154) }, 1,
	    "250 2.0.0 %b16 mail accepted for delivery" },
	[P_SPECTRUM] = { "spectrum", { "pkvw-mx.msg.pkvw.co.charter.net", "mx0.charter.net" },
	    { IP(47, 43, 26, 56), IP(47, 43, 18, 9) }, 1,
	    "250 2.0.0 %b16 mail accepted for delivery" },
	[P_MAILRU] = { "mail-ru", { "mxs.mail.ru", "mxs.mail.ru" },
	    { IP(94, 100, 180, 31), IP(217, 69, 139, 150) }, 1, "250 OK id=1%b6-0000%N4-%B4" },
	[P_YANDEX] = { "yandex", { "mx.yandex.ru", "mx.yandex.ru" },
	    { IP(77, 88, 21, 249), IP(87, 250, 250, 89) }, 1,
	    "250 2.0.0 Ok: queued on mxfront-production-main-%N2.myt.yp-c.yandex.net %N10-%b12" },
	[P_QQ] = { "qq", { "mx1.qq.com", "mx2.qq.com" },
	    { IP(203, 205, 219, 57), IP(203, 205, 219, 58) }, 1, "250 OK: queued as." },
	[P_NETEASE] = { "netease", { "163mx01.mxmail.netease.com", "163mx02.mxmail.netease.com" },
	    { IP(103, 129, 252, 45), IP(103, 129, 252, 46) }, 1,
	    "250 Mail OK queued as mx%N2,%B24.%N5S2 %E" },
	[P_TONLINE] = { "t-online", { "mx00.t-online.de", "mx01.t-online.de" },
	    { IP(194, 25, 134, 8), IP(194, 25, 134, 72) }, 1, "250 2.0.0 Message accepted." },
	[P_GODADDY] = { "godaddy", { "smtp.secureserver.net", "mailstore1.secureserver.net" },
	    { IP(92, 204, 80, 0), IP(92, 204, 80, 1) }, 1, "250 %b16 mail accepted for delivery" },
	[P_RACKSPACE] = { "rackspace", { "mx1.emailsrvr.com", "mx2.emailsrvr.com" },
	    { IP(184, 106, 54, 1), IP(184, 106, 54, 2) }, 1, "250 2.0.0 Ok: queued as %X10" },
	[P_TITAN] = { "titan", { "mx1.titan.email", "mx2.titan.email" },
	    { IP(34, 196, 233, 8), IP(54, 173, 115, 1) }, 1, "250 2.0.0 Ok: queued as %X10" },
	[P_MESSAGELABS] = { "messagelabs",
	    { "cluster1.eu.messagelabs.com", "cluster1a.eu.messagelabs.com" },
	    { IP(85, 158, 142, 97), IP(85, 158, 142, 98) }, 4,
	    "250 ok %E qp %N4 server-%N2.tower-%N3.messagelabs.com!%E!%N6!1" },
	[P_TREND] = { "trendmicro",
	    { "shop1.in.hes.trendmicro.com", "shop2.in.hes.trendmicro.com" },
	    { IP(18, 185, 115, 1), IP(18, 208, 22, 64) }, 8, "250 2.0.0 Ok: queued as %X10" },
	[P_SFR] = { "sfr", { "smtp-in.sfr.fr", "smtp-in.sfr.fr" },
	    { IP(93, 17, 128, 123), IP(93, 17, 128, 165) }, 1, "250 2.0.0 Ok: queued as %X13" },
	[P_BLUEWIN] = { "bluewin", { "mxbw.lb.bluewin.ch", "mxbw.lb.bluewin.ch" },
	    { IP(195, 186, 99, 50), IP(195, 186, 227, 50) }, 1,
	    "250 2.0.0 %b12 mail accepted for delivery" },
};

/* What a refusal is; the names are those of doc/words.md. */

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

static const char *const cls_names[C_COUNT] = { "throttled", "blocked", "listed", "greylisted",
	"authentication", "identity", "content", "recipient", "mailbox", "policy", "capacity",
	"network", "tls", "protocol" };

/* Where in the dialogue. The last three are the own server's words. */
enum stage { S_GREET, S_EHLO, S_MAIL, S_RCPT, S_DATA, S_DOT, S_CONNECT, S_HOST, S_DNS };

static const char *const stage_words[] = { "", "EHLO command", "MAIL FROM command",
	"RCPT TO command", "DATA command", "end of DATA command" };

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

/* clang-format off */
static struct reply replies[] = {
	/* the first R_NAMED rows are asked for by name */
	[R_S3140] = { P_MSC, C_BLOCKED, S_MAIL, 6,
	  "550 5.7.1 Unfortunately, messages from [%a] weren't sent. Please contact your "
	  "Internet service provider since part of their network is on our block list (S3140). "
	  "You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#e"
	  "rrors. %P %M" },
	[R_S3150] = { P_MSC, C_BLOCKED, S_MAIL, 6,
	  "550 5.7.1 Unfortunately, messages from [%a] weren't sent. Please contact your "
	  "Internet service provider since part of their network is on our block list (S3150). "
	  "You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#e"
	  "rrors. %P %M" },
	[R_S775] = { P_MSC, C_THROTTLED, S_MAIL, 10,
	  "451 4.7.650 The mail server [%a] has been temporarily rate limited due to IP "
	  "reputation. For e-mail delivery information, see https://aka.ms/postmaster (S775) "
	  "%P %M" },
	[R_OFR104] = { P_ORANGE, C_THROTTLED, S_GREET, 12,
	  "421 mwinf5c%N2 ME Trop de connexions, veuillez verifier votre configuration. Too "
	  "many connections, slow down. OFR004_104 [104]" },
	[R_TIMEOUT] = { P_OTHER, C_NETWORK, S_CONNECT, 10,
	  "connect to %h[%i]:25: Connection timed out", "4.4.1" },
	[R_NXDOMAIN] = { P_OTHER, C_RECIPIENT, S_DNS, 4,
	  "Host or domain name not found. Name service error for name=%d type=AAAA: Host not "
	  "found", "5.4.4" },

	{ P_MSC, C_THROTTLED, S_MAIL, 4,
	  "451 4.7.650 The mail server [%a] has been temporarily rate limited due to IP "
	  "reputation. For e-mail delivery information, see https://postmaster.live.com (S843) "
	  "%P %M" },
	{ P_MSC, C_THROTTLED, S_MAIL, 4,
	  "451 4.7.651 The mail server [%a] has been temporarily rate limited due to IP "
	  "reputation. For e-mail delivery information, see https://postmaster.live.com "
	  "(S3114) %M" },
	{ P_MSC, C_THROTTLED, S_MAIL, 1,
	  "451 4.7.652 The mail server [%a] has exceeded the maximum number of connections. "
	  "(S3115) %M" },
	{ P_MSC, C_THROTTLED, S_MAIL, 1,
	  "421 RP-001 (%C1) Unfortunately, some messages from %a weren't sent. Please try "
	  "again. We have limits for how many messages can be sent per hour and per day. You "
	  "can also refer to http://mail.live.com/mail/troubleshooting.aspx#errors." },
	{ P_MSC, C_RECIPIENT, S_RCPT, 30,
	  "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). %M" },
	{ P_MSC, C_LISTED, S_MAIL, 2,
	  "550 5.7.1 Service unavailable, Client host [%a] blocked using Spamhaus. To request "
	  "removal from this list see https://www.spamhaus.org/query/ip/%a (AS3130). %M" },
	{ P_MSC, C_LISTED, S_MAIL, 1,
	  "550 5.7.1 Service unavailable, MailFrom domain is listed in Spamhaus. To request "
	  "removal from this list see https://www.spamhaus.org/query/lookup/ (S8002) %M" },
	{ P_MSC, C_AUTHENTICATION, S_DOT, 4,
	  "550 5.7.515 Access denied, sending domain %s doesn't meet the required "
	  "authentication level. The sender's domain in the 5322.From address doesn't meet the "
	  "authentication requirements defined for the sender. To learn how to fix this see: "
	  "https://go.microsoft.com/fwlink/p/?linkid=2319303 Spf= Fail , Dkim= Pass , DMARC= "
	  "Fail %M" },
	{ P_MSC, C_CAPACITY, S_DOT, 4,
	  "451 4.7.0 Temporary server error. Please try again later. PRX6 NextHop:%C1 %M" },
	{ P_MSC, C_CAPACITY, S_MAIL, 2,
	  "451 4.3.2 Temporary server error. Please try again later ATTR2 %M" },
	{ P_MSC, C_THROTTLED, S_DOT, 2,
	  "554 5.2.122 The recipient has exceeded their limit for the number of messages they "
	  "can receive per hour. For more information go to "
	  "https://go.microsoft.com/fwlink/?LinkId=526653. %M" },

	{ P_M365, C_RECIPIENT, S_RCPT, 20,
	  "550 5.4.1 Recipient address rejected: Access denied. For more information see "
	  "https://aka.ms/EXOSmtpErrors %M" },
	{ P_M365, C_RECIPIENT, S_DOT, 6,
	  "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient %r not found by SMTP address "
	  "lookup %M" },
	{ P_M365, C_BLOCKED, S_RCPT, 3,
	  "550 5.7.606 Access denied, banned sending IP [%a]. To request removal from this "
	  "list please visit https://sender.office.com/ and follow the directions. For more "
	  "information please go to http://go.microsoft.com/fwlink/?LinkID=526655 (AS16012609) "
	  "%M" },
	{ P_M365, C_BLOCKED, S_RCPT, 2,
	  "550 5.7.511 Access denied, banned sender[%a]. To request removal from this list "
	  "please forward this message to delist@messaging.microsoft.com. For more information "
	  "please go to http://go.microsoft.com/fwlink/?LinkId=526653. AS(1410) %M" },
	{ P_M365, C_THROTTLED, S_MAIL, 8,
	  "451 4.7.500 Server busy. Please try again later from [%a]. (S77714) %M" },
	{ P_M365, C_AUTHENTICATION, S_DOT, 3,
	  "550 5.7.509 Access denied, sending domain %s does not pass DMARC verification and "
	  "has a DMARC policy of reject. %M" },
	{ P_M365, C_POLICY, S_DOT, 5,
	  "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization "
	  "policy %M" },
	{ P_M365, C_POLICY, S_DOT, 3,
	  "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; "
	  "Delivery restriction check failed because the sender was not authenticated when "
	  "sending to this group %M" },
	{ P_M365, C_CAPACITY, S_MAIL, 4, "452 4.3.1 Insufficient system resources (TSTE) %M" },
	{ P_M365, C_THROTTLED, S_DOT, 2,
	  "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded %M" },
	{ P_M365, C_LISTED, S_RCPT, 2,
	  "550 5.7.1 Service unavailable, Client host [%a] blocked using Spamhaus. To request "
	  "removal from this list see https://www.spamhaus.org/query/ip/%a (AS16012611) %M" },

	{ P_GOOGLE, C_RECIPIENT, S_RCPT, 40,
	  "550-5.1.1 The email account that you tried to reach does not exist. Please try "
	  "550-5.1.1 double-checking the recipient's email address for typos or 550-5.1.1 "
	  "unnecessary spaces. For more information, go to 550 5.1.1  "
	  "https://support.google.com/mail/?p=NoSuchUser %g - gsmtp" },
	{ P_GOOGLE, C_RECIPIENT, S_RCPT, 6,
	  "550-5.2.1 The email account that you tried to reach is inactive. For more 550-5.2.1 "
	  "information, go to 550 5.2.1  https://support.google.com/mail/?p=DisabledUser %g - "
	  "gsmtp" },
	{ P_GOOGLE, C_MAILBOX, S_RCPT, 16,
	  "452-4.2.2 The recipient's inbox is out of storage space. Please direct the "
	  "452-4.2.2 recipient to 452 4.2.2  https://support.google.com/mail/?p=OverQuotaTemp "
	  "%g - gsmtp" },
	{ P_GOOGLE, C_MAILBOX, S_RCPT, 6,
	  "552-5.2.2 The recipient's inbox is out of storage space and inactive. Please "
	  "552-5.2.2 direct the recipient to 552 5.2.2  "
	  "https://support.google.com/mail/?p=OverQuotaPerm %g - gsmtp" },
	{ P_GOOGLE, C_THROTTLED, S_RCPT, 6,
	  "450-4.2.1 The user you are trying to contact is receiving mail at a rate that "
	  "450-4.2.1 prevents additional messages from being delivered. Please resend your "
	  "450-4.2.1 message at a later time. If the user is able to receive mail at that "
	  "450-4.2.1 time, your message will be delivered. For more information, go to 450 "
	  "4.2.1  https://support.google.com/mail/?p=ReceivingRate %g - gsmtp" },
	{ P_GOOGLE, C_THROTTLED, S_DOT, 10,
	  "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating "
	  "421-4.7.28 from your IP address %a. To protect our users from spam, mail 421-4.7.28 "
	  "sent from your IP address has been temporarily rate limited. For 421-4.7.28 more "
	  "information, go to 421-4.7.28  https://support.google.com/mail/?p=UnsolicitedRateLim"
	  "itError to 421 4.7.28 review our Bulk Email Senders Guidelines. %g - gsmtp" },
	{ P_GOOGLE, C_THROTTLED, S_DOT, 4,
	  "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating "
	  "421-4.7.28 from your DKIM domain %s. To protect our users from 421-4.7.28 spam, "
	  "mail sent from your domain has been temporarily rate limited. For 421-4.7.28 more "
	  "information, go to 421-4.7.28  https://support.google.com/mail/?p=UnsolicitedRateLim"
	  "itError to 421 4.7.28 review our Bulk Email Senders Guidelines. %g - gsmtp" },
	{ P_GOOGLE, C_BLOCKED, S_DOT, 4,
	  "550-5.7.1 [%a      14] Gmail has detected that this message is likely 550-5.7.1 "
	  "suspicious due to the very low reputation of the sending IP address. To best "
	  "550-5.7.1 protect our users from spam, the message has been blocked. For more "
	  "550-5.7.1 information, go to 550 5.7.1  https://support.google.com/mail/answer/18813"
	  "1 %g - gsmtp" },
	{ P_GOOGLE, C_AUTHENTICATION, S_DOT, 6,
	  "550-5.7.26 Your email has been blocked because the sender is unauthenticated. "
	  "550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. "
	  "550-5.7.26  550-5.7.26  Authentication results: 550-5.7.26  DKIM = did not pass "
	  "550-5.7.26  SPF [%s] with ip: [%a] = did not pass 550-5.7.26  550-5.7.26  For "
	  "instructions on setting up authentication, go to 550 5.7.26  "
	  "https://support.google.com/mail/answer/81126#authentication %g - gsmtp" },
	{ P_GOOGLE, C_CONTENT, S_DOT, 6,
	  "550-5.7.1 [%a      12] Gmail has detected that this message is likely 550-5.7.1 "
	  "unsolicited mail. To reduce the amount of spam sent to Gmail, this message "
	  "550-5.7.1 has been blocked. For more information, go to 550 5.7.1  "
	  "https://support.google.com/mail/?p=UnsolicitedMessageError %g - gsmtp" },
	{ P_GOOGLE, C_IDENTITY, S_DOT, 3,
	  "550-5.7.25 [%a] The IP address sending this message does not have a PTR record "
	  "550-5.7.25 setup, or the corresponding forward DNS entry does not match the sending "
	  "550-5.7.25 IP. As a policy, Gmail does not accept messages from IPs with missing "
	  "PTR 550-5.7.25 records. For more information, go to 550 5.7.25  "
	  "https://support.google.com/mail/answer/81126#ip-practices %g - gsmtp" },
	{ P_GOOGLE, C_CAPACITY, S_DOT, 4,
	  "451-4.3.0 Mail server temporarily rejected message. For more information, go to 451 "
	  "4.3.0  https://support.google.com/a/answer/3221692 %g - gsmtp" },
	{ P_GOOGLE, C_TLS, S_MAIL, 1,
	  "421-4.7.29 This message does not meet IPv6 sending guidelines: TLS required. To 421 "
	  "4.7.29  learn more go to https://support.google.com/mail/answer/81126 %g - gsmtp" },
	{ P_GOOGLE, C_AUTHENTICATION, S_DOT, 3,
	  "421-4.7.32 This mail has been rate limited because there is no DMARC alignment. "
	  "421-4.7.32 For more information, go to 421 4.7.32  "
	  "https://support.google.com/a?p=sender-guidelines-alignment %g - gsmtp" },

	{ P_YAHOO, C_THROTTLED, S_MAIL, 14,
	  "421 4.7.0 [TSS04] Messages from %a temporarily deferred due to unexpected volume or "
	  "user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes" },
	{ P_YAHOO, C_BLOCKED, S_MAIL, 3,
	  "553 5.7.2 [TSS09] All messages from %a will be permanently deferred; Retrying will "
	  "NOT succeed. See https://postmaster.yahooinc.com/error-codes" },
	{ P_YAHOO, C_RECIPIENT, S_DOT, 24,
	  "554 delivery error: dd This user doesn't have a %d account (%r) [-5] - "
	  "mta%N4.mail.bf1.yahoo.com" },
	{ P_YAHOO, C_RECIPIENT, S_DOT, 8,
	  "554 30 Sorry, your message to %r cannot be delivered. This mailbox is disabled "
	  "(554.30). - mta%N4.mail.ir2.yahoo.com" },
	{ P_YAHOO, C_RECIPIENT, S_DOT, 4,
	  "552 1 Requested mail action aborted, mailbox not found" },
	{ P_YAHOO, C_MAILBOX, S_DOT, 6,
	  "552 5.2.2 <%r>: mailbox full, over quota - mta%N4.mail.ne1.yahoo.com" },
	{ P_YAHOO, C_CAPACITY, S_DOT, 6,
	  "451 mta%N4.mail.ne1.yahoo.com Resources temporarily unavailable. Please try again "
	  "later [#4.16.1]." },
	{ P_YAHOO, C_AUTHENTICATION, S_DOT, 5,
	  "554 5.7.9 Message not accepted for policy reasons. See "
	  "https://postmaster.yahooinc.com/error-codes" },
	{ P_YAHOO, C_LISTED, S_GREET, 3,
	  "553 5.7.1 [BL21] Connections will not be accepted from %a, because the ip is in "
	  "Spamhaus's list; see https://postmaster.yahooinc.com/550-bl23.html" },
	{ P_YAHOO, C_THROTTLED, S_MAIL, 3,
	  "421 Max message per connection reached, closing transmission channel" },
	{ P_YAHOO, C_THROTTLED, S_DOT, 2, "450 User is receiving mail too quickly" },
	{ P_YAHOO, C_NETWORK, S_HOST, 3,
	  "lost connection with %h[%i] while receiving the initial server greeting", "4.4.2" },

	{ P_ORANGE, C_RECIPIENT, S_RCPT, 24,
	  "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 "
	  "[416]" },
	{ P_ORANGE, C_MAILBOX, S_RCPT, 8,
	  "552 5.2.2 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]" },
	{ P_ORANGE, C_LISTED, S_GREET, 4,
	  "550 mwinf5c%N2 ME Adresse IP source bloquee pour incident de spam. Client host "
	  "blocked for spamming issues. OFR006_102 Ref "
	  "http://csi.cloudmark.com/reset-request/?ip=%a [102]" },
	{ P_ORANGE, C_THROTTLED, S_GREET, 4,
	  "421 mwinf5c%N2 ME Service refuse. Veuillez essayer plus tard. Service refused, "
	  "please try later. OFR006_105 [105]" },
	{ P_ORANGE, C_THROTTLED, S_MAIL, 4,
	  "421 4.7.0 Service refuse. Veuillez essayer plus tard. Service refused, please try "
	  "later. OFR_999 [999]" },
	{ P_ORANGE, C_BLOCKED, S_GREET, 2,
	  "550 mwinf5c%N2 ME Service refuse. Veuillez essayer plus tard. Service refused, "
	  "please try later. OFR006_103 [103]" },
	{ P_ORANGE, C_CONTENT, S_DOT, 4, "550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]" },
	{ P_ORANGE, C_AUTHENTICATION, S_DOT, 2,
	  "550 5.7.1 Mail rejete. Mail rejected. OFR004_517 [517]" },
	{ P_ORANGE, C_IDENTITY, S_MAIL, 1,
	  "501 5.1.0 Emetteur invalide. Invalid Sender. OFR004_405 [405]" },

	{ P_LAPOSTE, C_RECIPIENT, S_RCPT, 12,
	  "550 5.1.1 <%r>: Adresse d au moins un destinataire invalide. Invalid recipient. "
	  "LPN007_416 (in reply to RCPT TO)" },
	{ P_LAPOSTE, C_THROTTLED, S_GREET, 4,
	  "421 4.7.0 Trop de connexions, veuillez verifier votre configuration. Too many "
	  "connections, slow down. LPN007_104" },
	{ P_LAPOSTE, C_LISTED, S_MAIL, 2,
	  "521 5.7.1 Service unavailable; client [%a] blocked LPN007_102" },
	{ P_LAPOSTE, C_AUTHENTICATION, S_DOT, 2,
	  "550 5.7.20 Message refuse, DKIM n'est pas configure sur votre domaine d'expedition. "
	  "Message refused, DKIM is not configured on your sending domain. LPN007_402" },

	{ P_FREE, C_RECIPIENT, S_RCPT, 12,
	  "550 5.1.1 <%r>: Recipient address rejected: User unknown in virtual mailbox table" },
	{ P_FREE, C_RECIPIENT, S_RCPT, 4,
	  "550 5.2.1 This mailbox has been blocked due to inactivity (%r)" },
	{ P_FREE, C_MAILBOX, S_RCPT, 8,
	  "554 5.2.2 <%r>: Recipient address rejected: Quota exceeded (mailbox for user is "
	  "full)" },
	{ P_FREE, C_CONTENT, S_DOT, 4, "550 spam detected" },
	{ P_FREE, C_BLOCKED, S_GREET, 3,
	  "421 Too many spams from your IP (%a), please visit http://postmaster.free.fr/" },

	{ P_APPLE, C_RECIPIENT, S_RCPT, 12, "550 5.1.1 <%r>: user does not exist" },
	{ P_APPLE, C_MAILBOX, S_RCPT, 6, "552 5.2.2 <%r>: user is over quota" },
	{ P_APPLE, C_CONTENT, S_DOT, 4,
	  "554 5.7.1 [CS01] Message rejected due to local policy. Please visit "
	  "https://support.apple.com/en-us/HT204137" },
	{ P_APPLE, C_THROTTLED, S_GREET, 4,
	  "421 4.7.1 Messages to %r deferred due to excessive volume. Try again later - "
	  "https://support.apple.com/en-us/HT204137" },
	{ P_APPLE, C_LISTED, S_GREET, 2,
	  "550 5.7.1 Mail from IP %a was rejected due to listing in Spamhaus SBL. For details "
	  "please see https://www.spamhaus.org/query/ip/%a" },
	{ P_APPLE, C_AUTHENTICATION, S_DOT, 2,
	  "550 5.7.1 Your message was rejected due to %s's DMARC policy. See "
	  "https://support.apple.com/en-us/HT204137 for info" },
	{ P_APPLE, C_CAPACITY, S_DOT, 2, "451 4.7.1 Service unavailable - try again later" },

	{ P_UI, C_RECIPIENT, S_RCPT, 12,
	  "550 <%r>: Requested action not taken: mailbox unavailable For explanation visit "
	  "https://postmaster.gmx.net/en/case?c=r0103&i=ip&v=%a&r=1%b6-1%b6%N2-00%b4" },
	{ P_UI, C_MAILBOX, S_RCPT, 6,
	  "552 <%r>: Requested mail action aborted: exceeded storage allocation, Quota "
	  "exceeded For explanation visit https://postmaster.gmx.net/en/case?c=r0206&i=ip&v=%a&"
	  "r=1%b6-1%b6%N2-00%b4" },
	{ P_UI, C_BLOCKED, S_GREET, 3,
	  "554-gmx.net (mxgmx%N3) Nemesis ESMTP Service not available 554-No SMTP service "
	  "554-IP address is block listed. 554 For explanation visit "
	  "https://postmaster.gmx.net/en/case?c=r0301&i=ip&v=%a&r=1%b6-1%b6%N2-00%b4" },
	{ P_UI, C_IDENTITY, S_GREET, 2,
	  "554-gmx.net (mxgmx%N3) Nemesis ESMTP Service not available 554-No SMTP service "
	  "554-Bad DNS PTR resource record. 554 For explanation visit "
	  "https://postmaster.gmx.net/en/case?c=rdns&i=ip&v=%a&r=1%b6-1%b6%N2-00%b4" },
	{ P_UI, C_AUTHENTICATION, S_MAIL, 2,
	  "550 <%f>: Reject due to SPF policy. The originating IP of the message is not "
	  "permitted by the domain owner For explanation visit "
	  "https://postmaster.gmx.net/en/case?c=r1601&i=ip&v=%a&r=1%b6-1%b6%N2-00%b4" },
	{ P_UI, C_CONTENT, S_DOT, 2,
	  "550 Reject due to policy restrictions (header based) For explanation visit "
	  "https://postmaster.gmx.net/en/case?c=hi&i=ip&v=%a&r=1%b6-1%b6%N2-00%b4" },
	{ P_UI, C_THROTTLED, S_GREET, 3,
	  "421-gmx.net (mxgmx%N3) Nemesis ESMTP Service not available 421-Too many connections "
	  "421 For explanation visit https://postmaster.gmx.net/en/case?c=too-many-connections&"
	  "i=ip&v=%a&r=1%b6-1%b6%N2-00%b4" },

	/* anybody's host */
	{ P_OTHER, C_GREYLISTED, S_RCPT, 20,
	  "450 4.2.0 <%r>: Recipient address rejected: Greylisted, see "
	  "http://postgrey.schweikert.ch/help/%d.html" },
	{ P_OTHER, C_GREYLISTED, S_RCPT, 8,
	  "451 4.7.1 Greylisting in action, please come back in 00:05:00" },
	{ P_OTHER, C_GREYLISTED, S_RCPT, 8,
	  "450 4.7.1 <%r>: Recipient address rejected: Greylisted for 5 minutes" },
	{ P_OTHER, C_RECIPIENT, S_RCPT, 22,
	  "550 5.1.1 <%r>: Recipient address rejected: User unknown in virtual mailbox table" },
	{ P_OTHER, C_RECIPIENT, S_RCPT, 10,
	  "550 5.1.1 <%r>: Recipient address rejected: User unknown in local recipient table" },
	{ P_OTHER, C_RECIPIENT, S_RCPT, 8, "550 No such user here (%r)" },
	{ P_OTHER, C_RECIPIENT, S_RCPT, 4,
	  "550 5.2.1 <%r>... Mailbox disabled for this recipient" },
	{ P_OTHER, C_MAILBOX, S_RCPT, 10,
	  "452 4.2.2 <%r>: Recipient address rejected: Mailbox is full" },
	{ P_OTHER, C_MAILBOX, S_RCPT, 8,
	  "552 5.2.2 <%r>: Recipient address rejected: Quota exceeded (mailbox for user is "
	  "full)" },
	{ P_OTHER, C_LISTED, S_RCPT, 4,
	  "554 5.7.1 Service unavailable; Client host [%a] blocked using zen.spamhaus.org; "
	  "https://www.spamhaus.org/query/ip/%a" },
	{ P_OTHER, C_LISTED, S_RCPT, 3,
	  "554 5.7.1 Service unavailable; Client host [%a] blocked using "
	  "b.barracudacentral.org; http://www.barracudanetworks.com/reputation/?pr=1&ip=%a" },
	{ P_OTHER, C_LISTED, S_RCPT, 3,
	  "554 5.7.1 Service unavailable; Client host [%a] blocked using bl.spamcop.net; "
	  "Blocked - see https://www.spamcop.net/bl.shtml?%a" },
	{ P_OTHER, C_LISTED, S_MAIL, 2,
	  "550-5.7.1 Rejected because %a is in a black list at dnsbl-2.uceprotect.net 550 "
	  "5.7.1 See https://www.uceprotect.net/rblcheck.php?ipr=%a" },
	{ P_OTHER, C_LISTED, S_GREET, 2,
	  "554 5.7.1 %a is listed at psbl.surriel.com; see https://psbl.org/listing?ip=%a" },
	{ P_OTHER, C_LISTED, S_DOT, 1,
	  "554 5.7.1 Service unavailable; Client host [%a] blocked using multi.uribl.com; "
	  "127.0.0.1 -> Query Refused. See http://uribl.com/refused.shtml for more information "
	  "[Your DNS IP: %i]" },
	{ P_OTHER, C_IDENTITY, S_RCPT, 4,
	  "450 4.7.25 Client host rejected: cannot find your hostname, [%a]" },
	{ P_OTHER, C_IDENTITY, S_RCPT, 2,
	  "450 4.1.8 <%f>: Sender address rejected: Domain not found" },
	{ P_OTHER, C_IDENTITY, S_EHLO, 1,
	  "501 5.5.2 <out-%N2>: Helo command rejected: need fully-qualified hostname" },
	{ P_OTHER, C_CONTENT, S_DOT, 6, "554 5.7.1 Spam message rejected (%X10)" },
	{ P_OTHER, C_CONTENT, S_DOT, 4,
	  "550 5.7.1 This message was classified as SPAM and may not be delivered, id %b8-%N6" },
	{ P_OTHER, C_CONTENT, S_MAIL, 2, "552 5.3.4 Message size exceeds fixed limit" },
	{ P_OTHER, C_AUTHENTICATION, S_RCPT, 4,
	  "550 5.7.23 <%r>: Recipient address rejected: Message rejected due to: SPF fail - "
	  "not authorized. Please see http://www.openspf.net/Why?s=mfrom;id=%f;ip=%a;r=%r" },
	{ P_OTHER, C_AUTHENTICATION, S_DOT, 3, "550 5.7.1 rejected by DMARC policy for %s" },
	{ P_OTHER, C_POLICY, S_RCPT, 4, "554 5.7.1 <%r>: Relay access denied" },
	{ P_OTHER, C_POLICY, S_RCPT, 3,
	  "554 5.7.1 <%r>: Recipient address rejected: Access denied" },
	{ P_OTHER, C_POLICY, S_GREET, 2,
	  "554 5.7.1 <unknown[%a]>: Client host rejected: Access denied" },
	{ P_OTHER, C_BLOCKED, S_GREET, 2,
	  "554-%h 554 Your access to this mail system has been rejected due to the sending "
	  "MTA's poor reputation. If you believe that this failure is in error, please contact "
	  "the intended recipient via alternate means." },
	{ P_OTHER, C_LISTED, S_MAIL, 2,
	  "554 5.7.1 Service unavailable; Client host [%a] blocked using cm-csi-v11; Cloudmark "
	  "Poor Reputation Sender Blacklist http://csi.cloudmark.com/reset-request/?ip=%a" },
	{ P_OTHER, C_THROTTLED, S_GREET, 4, "421 4.7.0 %h Error: too many connections from %a" },
	{ P_OTHER, C_THROTTLED, S_RCPT, 3, "450 4.7.1 Error: too much mail from %a" },
	{ P_OTHER, C_CAPACITY, S_RCPT, 4, "451 4.3.0 <%r>: Temporary lookup failure" },
	{ P_OTHER, C_CAPACITY, S_MAIL, 3, "452 4.3.1 Insufficient system storage" },
	{ P_OTHER, C_CAPACITY, S_GREET, 2,
	  "421 4.3.2 %h Service not available, closing transmission channel" },
	{ P_OTHER, C_PROTOCOL, S_DOT, 2, "554 5.6.0 Message contains non-ASCII headers, id=%X12" },
	{ P_OTHER, C_PROTOCOL, S_DATA, 1, "503 5.5.1 Error: need RCPT command, session %b10" },
	{ P_OTHER, C_TLS, S_MAIL, 1, "530 5.7.0 Must issue a STARTTLS command first" },
	{ P_OTHER, C_TLS, S_HOST, 1,
	  "TLS is required, but was not offered by host %h[%i]", "4.7.4" },
	{ P_OTHER, C_NETWORK, S_CONNECT, 4, "connect to %h[%i]:25: Connection refused", "4.4.1" },
	{ P_OTHER, C_NETWORK, S_CONNECT, 2, "connect to %h[%i]:25: No route to host", "4.4.1" },
	{ P_OTHER, C_NETWORK, S_HOST, 3,
	  "lost connection with %h[%i] while receiving the initial server greeting", "4.4.2" },
	{ P_OTHER, C_NETWORK, S_HOST, 3,
	  "conversation with %h[%i] timed out while receiving the initial server greeting", "4.4.2" },
	{ P_OTHER, C_NETWORK, S_HOST, 2,
	  "lost connection with %h[%i] while sending message body", "4.4.2" },
	{ P_OTHER, C_RECIPIENT, S_DNS, 2,
	  "Host or domain name not found. Name service error for name=%d type=MX: Host not "
	  "found, try again", "4.4.3" },

	/* gateways, and mailbox providers met as hosters */
	{ P_PROOFPOINT, C_LISTED, S_GREET, 6,
	  "554 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=%a" },
	{ P_PROOFPOINT, C_RECIPIENT, S_RCPT, 8, "550 5.1.1 User Unknown (%r)" },
	{ P_PROOFPOINT, C_LISTED, S_RCPT, 3,
	  "550 5.7.1 Service unavailable; client [%a] blocked using Cloudmark Sender "
	  "Intelligence (Visit http://csi.cloudmark.com/reset-request/?ip=%a if you feel this "
	  "is in error)" },
	{ P_PROOFPOINT, C_AUTHENTICATION, S_DOT, 2,
	  "550 5.7.0 Email rejected per sender's DMARC policy (%s)" },

	{ P_MIMECAST, C_GREYLISTED, S_RCPT, 6,
	  "451 Internal resource temporarily unavailable - "
	  "https://community.mimecast.com/docs/DOC-1369#451 [%B22.uk%N3]" },
	{ P_MIMECAST, C_RECIPIENT, S_RCPT, 6,
	  "550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 "
	  "[%B22.uk%N3]" },
	{ P_MIMECAST, C_BLOCKED, S_RCPT, 3,
	  "550 csi.mimecast.org Poor Reputation Sender. - "
	  "https://community.mimecast.com/docs/DOC-1369#550 [%B22.uk%N3]" },
	{ P_MIMECAST, C_POLICY, S_DOT, 4,
	  "550 Rejected by header based Anti-Spoofing policy: %f - "
	  "https://community.mimecast.com/docs/DOC-1369#550 [%B22.uk%N3]" },
	{ P_MIMECAST, C_CONTENT, S_DOT, 2,
	  "554 Email rejected due to security policies - "
	  "https://community.mimecast.com/docs/DOC-1369#554 [%B22.uk%N3]" },

	{ P_BARRACUDA, C_POLICY, S_DOT, 4,
	  "550 permanent failure for one or more recipients (%r:blocked)" },
	{ P_BARRACUDA, C_RECIPIENT, S_RCPT, 4,
	  "550 cuda_nsu 5.1.1 <%r> Recipient address rejected: User unknown" },

	{ P_COMCAST, C_LISTED, S_GREET, 4,
	  "554 resimta-po-%N2v.sys.comcast.net comcast %a Comcast block for spam. Please see "
	  "https://postmaster.comcast.net/smtp-error-codes.php#BL000010" },
	{ P_COMCAST, C_THROTTLED, S_GREET, 4,
	  "421 resimta-po-%N2v.sys.comcast.net comcast %a Throttled. Please see "
	  "https://postmaster.comcast.net/smtp-error-codes.php#RL000001" },
	{ P_COMCAST, C_RECIPIENT, S_RCPT, 6, "550 5.1.1 <%r> Not our Customer" },

	{ P_COX, C_BLOCKED, S_GREET, 4,
	  "421 cxr.mx.a.cox.net cmsmtp %a blocked. Error Code: AUP#CXBL. Refer to "
	  "https://www.cox.com/residential/support/email-error-codes.html" },
	{ P_COX, C_LISTED, S_GREET, 3,
	  "554 cxr.mx.a.cox.net cmsmtp %a blocked. Error Code: AUP#IPBL1001" },

	{ P_SPECTRUM, C_BLOCKED, S_GREET, 4,
	  "554 pkvw-mx cmsmtp %a blocked. AUP#I-1000, see "
	  "https://www.spectrum.net/support/internet/understanding-email-error-codes" },
	{ P_SPECTRUM, C_THROTTLED, S_GREET, 3,
	  "421 pkvw-mx cmsmtp %a too many connections. AUP#1310" },

	{ P_MAILRU, C_CONTENT, S_DOT, 4,
	  "550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=%B4"
	  "8 or report details to abuse@corp.mail.ru. Error code: %X16. ID: %X16." },
	{ P_MAILRU, C_RECIPIENT, S_RCPT, 4,
	  "550 Message was not accepted -- invalid mailbox. Local mailbox %r is unavailable: "
	  "user not found" },

	{ P_YANDEX, C_CONTENT, S_DOT, 4,
	  "554 5.7.1 [1] Message rejected under suspicion of SPAM; https://ya.cc/1IrBc "
	  "%E-%b10-%b8" },
	{ P_YANDEX, C_RECIPIENT, S_RCPT, 4, "550 5.7.1 No such user! %E-%b10-%b8" },

	{ P_QQ, C_THROTTLED, S_MAIL, 4,
	  "550 Ip frequency limited [%B24 IP: %a]. https://service.mail.qq.com/detail/122/166." },
	{ P_QQ, C_BLOCKED, S_MAIL, 2,
	  "550 Suspected spam ip [%B24 IP: %a]. https://service.mail.qq.com/detail/122/172." },
	{ P_QQ, C_RECIPIENT, S_RCPT, 4,
	  "550 Mailbox not found [%B24 IP: %a]. https://service.mail.qq.com/detail/122/168." },

	{ P_NETEASE, C_THROTTLED, S_MAIL, 4,
	  "421 HL:ICC 163 mx%N2,%B24.%N5S2 %E, please see "
	  "http://mail.163.com/help/help_spam_16.htm?ip=%a&hostid=mx%N2&time=%E" },
	{ P_NETEASE, C_CONTENT, S_DOT, 4,
	  "554 DT:SPM 163 mx%N2,%B24.%N5S2 %E,please see "
	  "http://mail.163.com/help/help_spam_16.htm?ip=%a&hostid=mx%N2&time=%E" },

	{ P_TONLINE, C_BLOCKED, S_GREET, 4,
	  "554 IP=%a - A problem occurred. (Ask your postmaster for help or to contact "
	  "tosa@rx.t-online.de to clarify.) (BL)" },
	{ P_TONLINE, C_CONTENT, S_DOT, 2,
	  "550 5.7.0 Message considered as spam or virus, rejected (%b12)" },

	{ P_GODADDY, C_LISTED, S_GREET, 4,
	  "554 IB104. Connection refused. %a is listed on the Spamhaus Block List (SBL). "
	  "Please visit http://www.spamhaus.org/sbl for more information or to request a "
	  "delisting." },
	{ P_GODADDY, C_BLOCKED, S_GREET, 4,
	  "554 p3plibsmtp%N2-%N2.prod.phx3.secureserver.net bizsmtp %a has been temporarily "
	  "blocked for attempting to mail too many invalid recipients. IB112" },
	{ P_GODADDY, C_THROTTLED, S_RCPT, 3,
	  "421 %a> This IP has sent too many messages this hour. IB504" },

	{ P_RACKSPACE, C_THROTTLED, S_RCPT, 4,
	  "450 4.7.1 Client host [%a] not yet trusted, too many messages (G28)" },
	{ P_RACKSPACE, C_LISTED, S_RCPT, 3,
	  "554 5.7.1 ACL dns_rbl; Client host [%a] blocked using Spamhaus XBL. Please visit "
	  "Spamhaus for more information on why this message could not be delivered (G31)" },
	{ P_RACKSPACE, C_RECIPIENT, S_RCPT, 4,
	  "550 5.1.1 <%r>: Email address could not be found, or was misspelled (G8)" },

	{ P_TITAN, C_THROTTLED, S_GREET, 4,
	  "421 4.7.0 %a: Sender IP rejected: sending IP has insufficient reputation. Please "
	  "retry later." },
	{ P_TITAN, C_RECIPIENT, S_RCPT, 4,
	  "550 5.1.1 <%r>: Recipient address rejected: User unknown in virtual mailbox table" },

	{ P_MESSAGELABS, C_CONTENT, S_DOT, 4,
	  "553 Message filtered. Refer to the Troubleshooting page at "
	  "http://www.symanteccloud.com/troubleshooting for more information. (#5.7.1) %N8" },
	{ P_MESSAGELABS, C_THROTTLED, S_MAIL, 3,
	  "450 Requested action aborted [9] %N5-%N6, please visit "
	  "https://knowledge.broadcom.com/external/article?legacyId=TECH246726 for more "
	  "details about this error message." },

	{ P_TREND, C_LISTED, S_RCPT, 4,
	  "550 5.7.1 Service unavailable; Client host [%a] blocked using Trend Micro Email "
	  "Reputation Service. Please see https://servicecentral.trendmicro.com/en-US/ers/ip-lo"
	  "okup/%a" },
	{ P_TREND, C_RECIPIENT, S_RCPT, 4,
	  "554 5.7.1 <%r>: Recipient address rejected: Invalid-Recipient." },

	{ P_SFR, C_BLOCKED, S_GREET, 4,
	  "450 4.7.1 SFR_IN_101 %a : trop de spams, IP refusee pendant 2 heures" },
	{ P_SFR, C_RECIPIENT, S_RCPT, 4,
	  "550 5.1.1 <%r>: Recipient address rejected: User unknown" },

	{ P_BLUEWIN, C_THROTTLED, S_MAIL, 4,
	  "554 5.2.0 sc969: IP reputation ratelimit in effect for %a" },
};
/* clang-format on */

static struct op *op_pool;
static size_t op_used;

/* Split a text at its %; done once, so that the fast path only copies. */
static void
tpl_compile(struct tpl *t, const char *s)
{
	struct op o;

	if (op_pool == NULL)
		op_pool = grow(NULL, 8192, sizeof *op_pool);
	t->ops = op_pool + op_used;
	t->nops = 0;
	for (;;) {
		const char *e = strchr(s, '%');

		o.lit = s;
		o.n = (uint16_t)(e == NULL ? strlen(s) : (size_t)(e - s));
		o.what = 0;
		o.width = 0;
		if (e != NULL) {
			o.what = (uint8_t)e[1];
			for (s = e + 2; *s >= '0' && *s <= '9'; s++)
				o.width = (uint8_t)(o.width * 10 + (*s - '0'));
		}
		if (op_used == 8192)
			die(4, "too many templates");
		op_pool[op_used++] = o;
		t->nops++;
		if (e == NULL)
			return;
	}
}

static struct tpl ok_tpl[P_COUNT];

/* The rows of one provider, repeated by weight so that a pick is one index. */
static struct {
	uint16_t *row;
	uint32_t n;
} by_prov[P_COUNT], by_class[P_COUNT][C_COUNT];

static void
replies_init(void)
{
	for (size_t i = 0; i < LEN(replies); i++) {
		struct reply *r = &replies[i];
		const char *s = r->text;

		tpl_compile(&r->tpl, s);
		if (r->dsn == NULL) {
			int n = 0;

			/* "550 5.7.1 " or "550-5.7.1 "; the enhanced code must be of the same class */
			if (s[4] == s[0] && s[5] == '.' && s[6] >= '0' && s[6] <= '9')
				n = (int)strcspn(s + 4, " ");
			if (n > 0)
				snprintf(r->dsn_buf, sizeof r->dsn_buf, "%.*s", n, s + 4);
			else
				snprintf(r->dsn_buf, sizeof r->dsn_buf, "%c.0.0", s[0]);
			if (r->stage == S_GREET)
				r->dsn_buf[0] = '4'; /* smtp_skip_5xx_greeting = yes */
			r->dsn = r->dsn_buf;
		}
		r->temp = r->dsn[0] == '4';
		for (unsigned w = 0; w < r->weight; w++) {
			uint32_t n = by_prov[r->prov].n++, k = by_class[r->prov][r->cls].n++;

			by_prov[r->prov].row = grow(by_prov[r->prov].row, n + 1, sizeof(uint16_t));
			by_prov[r->prov].row[n] = (uint16_t)i;
			by_class[r->prov][r->cls].row =
			    grow(by_class[r->prov][r->cls].row, k + 1, sizeof(uint16_t));
			by_class[r->prov][r->cls].row[k] = (uint16_t)i;
		}
	}
	for (int p = 0; p < P_COUNT; p++)
		tpl_compile(&ok_tpl[p], provs[p].ok);
}

/* A reply of this class as the provider words it; NULL where we have none. */
static const struct reply *
pick(unsigned prov, enum cls c)
{
	if (by_class[prov][c].n == 0)
		return NULL;
	return &replies[by_class[prov][c].row[below(by_class[prov][c].n)]];
}

/* Domains: some of the big providers, then the tail. */

enum { OWN_MX = 0xffff, WORKSPACE = 0xfffe };

struct dom {
	const char *s; /* owned by dom_text */
	uint8_t n;
	uint8_t prov;
	uint16_t hoster; /* OWN_MX, WORKSPACE or an index */
};

static const struct {
	uint8_t prov, weight; /* per cent of the provider's recipients */
	const char *s;
} bigs[] = {
	{ P_MSC, 38, "hotmail.com" },
	{ P_MSC, 28, "outlook.com" },
	{ P_MSC, 8, "live.com" },
	{ P_MSC, 3, "msn.com" },
	{ P_MSC, 10, "hotmail.fr" },
	{ P_MSC, 7, "outlook.fr" },
	{ P_MSC, 4, "live.fr" },
	{ P_MSC, 2, "hotmail.co.uk" },
	{ P_GOOGLE, 98, "gmail.com" },
	{ P_GOOGLE, 2, "googlemail.com" },
	{ P_YAHOO, 55, "yahoo.com" },
	{ P_YAHOO, 20, "yahoo.fr" },
	{ P_YAHOO, 12, "aol.com" },
	{ P_YAHOO, 8, "yahoo.co.uk" },
	{ P_YAHOO, 5, "ymail.com" },
	{ P_ORANGE, 65, "orange.fr" },
	{ P_ORANGE, 35, "wanadoo.fr" },
	{ P_LAPOSTE, 100, "laposte.net" },
	{ P_FREE, 100, "free.fr" },
	{ P_APPLE, 80, "icloud.com" },
	{ P_APPLE, 15, "me.com" },
	{ P_APPLE, 5, "mac.com" },
	{ P_UI, 60, "gmx.de" },
	{ P_UI, 30, "gmx.net" },
	{ P_UI, 10, "gmx.fr" },
};

static const char syllables[51][4] = { "ba", "be", "bi", "bo", "ca", "ce", "co", "da", "de", "do",
	"fa", "fe", "fi", "ga", "go", "ju", "ka", "ke", "la", "le", "li", "lo", "lu", "ma", "me",
	"mi", "mo", "na", "ne", "ni", "no", "pa", "pe", "pi", "po", "ra", "re", "ri", "ro", "sa",
	"se", "si", "so", "ta", "te", "ti", "to", "va", "ve", "vi", "vo" };

#define N_HOSTERS 300

static struct {
	char host[2][48];
	uint8_t n[2];
	uint8_t prov;
	uint32_t ip[2];
} hosters[N_HOSTERS];

static struct dom *doms;
static uint32_t ntail, tail0; /* tail0: index of the first */

/* A pronounceable name, another one for every i < 131071. */
static size_t
name_of(uint32_t i, char *b)
{
	uint32_t j = (uint32_t)(((uint64_t)i * 7919 + 4711) % 131071);
	size_t n = 0;

	for (int k = 0; k < 3; k++) {
		memcpy(b + n, syllables[j % 51], 2);
		n += 2;
		j /= 51;
	}
	if (i % 5 == 0) { /* some are longer */
		memcpy(b + n, i % 10 == 0 ? "shop" : "media", i % 10 == 0 ? 4 : 5);
		n += i % 10 == 0 ? 4 : 5;
	}
	return n;
}

static void
hosters_init(void)
{
	static const uint8_t known[] = { P_PROOFPOINT, P_MIMECAST, P_BARRACUDA, P_COMCAST, P_COX,
		P_SPECTRUM, P_MAILRU, P_YANDEX, P_QQ, P_NETEASE, P_TONLINE, P_GODADDY, P_RACKSPACE,
		P_TITAN, P_MESSAGELABS, P_TREND, P_SFR, P_BLUEWIN };

	for (uint32_t i = 0; i < N_HOSTERS; i++)
		for (unsigned k = 0; k < 2; k++) {
			uint8_t p = i < LEN(known) ? known[i] : P_OTHER;
			char nm[16];
			int n;

			hosters[i].prov = p;
			if (p == P_BARRACUDA)
				n = snprintf(hosters[i].host[k], sizeof hosters[i].host[k],
				    "d286211%c.ess.barracudanetworks.com", k == 0 ? 'a' : 'b');
			else if (p != P_OTHER)
				n = snprintf(hosters[i].host[k], sizeof hosters[i].host[k], "%s",
				    provs[p].host[k]);
			else
				n = snprintf(hosters[i].host[k], sizeof hosters[i].host[k],
				    "mx%u.%.*s-hosting.example", k + 1,
				    (int)name_of(120000 + i, nm), nm);
			hosters[i].n[k] = (uint8_t)n;
			hosters[i].ip[k] = p != P_OTHER ? provs[p].ip[k]
							: IP(185, 20 + i % 200, i / 7 + 3, 10 + k);
		}
}

/*
 * `mixed`: a tail as a big mailer meets it (hosters, Microsoft 365, Workspace, own hosts).
 * Otherwise the first two thirds of the tail run their own host and the last third are
 * Microsoft 365 tenants, so that a scenario can ask for either.
 */
static void
domains_init(uint32_t n, bool mixed)
{
	char *text = grow(NULL, n, 24);

	hosters_init();
	tail0 = LEN(bigs);
	ntail = n;
	doms = grow(NULL, tail0 + n, sizeof *doms);
	for (uint32_t i = 0; i < tail0; i++)
		doms[i] =
		    (struct dom){ bigs[i].s, (uint8_t)strlen(bigs[i].s), bigs[i].prov, OWN_MX };
	for (uint32_t i = 0; i < n; i++, text += 24) {
		size_t k = name_of(i, text);
		struct dom *d = &doms[tail0 + i];
		uint32_t what = (uint32_t)(mix64(i + 77) % 100);

		memcpy(text + k, ".example", 8);
		*d = (struct dom){ text, (uint8_t)(k + 8), P_OTHER, OWN_MX };
		if (!mixed)
			d->prov = i >= n / 3 * 2 ? P_M365 : P_OTHER;
		else if (what < 12)
			d->prov = P_M365;
		else if (what < 18) {
			d->prov = P_GOOGLE;
			d->hoster = WORKSPACE;
		} else if (what < 68) {
			d->hoster = (uint16_t)zipf(mix64(i), 9, N_HOSTERS);
			d->prov = hosters[d->hoster].prov;
		}
	}
}

static uint32_t
big_domain(unsigned prov, uint32_t percent)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < LEN(bigs); i++) {
		if (bigs[i].prov != prov)
			continue;
		last = i;
		if (percent < bigs[i].weight)
			return i;
		percent -= bigs[i].weight;
	}
	return last;
}

/* The MX host that answers for a domain; `k` is the first or the second asked. */
static void
put_host(const struct dom *d, unsigned k)
{
	static const char own[4][6] = { "mail.", "mx.", "mx1.", "smtp." };
	const char *h;

	if (d->prov == P_MSC || d->prov == P_M365) {
		for (unsigned i = 0; i < d->n; i++)
			putch(d->s[i] == '.' ? '-' : d->s[i]);
		if (d->prov == P_MSC)
			LIT(".olc.protection.outlook.com");
		else
			LIT(".mail.protection.outlook.com");
		return;
	}
	if (d->hoster == WORKSPACE) {
		if (k == 0)
			LIT("aspmx.l.google.com");
		else
			LIT("alt1.aspmx.l.google.com");
		return;
	}
	if (d->hoster != OWN_MX) {
		put(hosters[d->hoster].host[k], hosters[d->hoster].n[k]);
		return;
	}
	if (d->prov == P_OTHER) {
		puts0(own[(uint32_t)(d - doms) & 3]);
		put(d->s, d->n);
		return;
	}
	h = provs[d->prov].host[k];
	puts0(h != NULL ? h : provs[d->prov].host[0]);
}

static bool
two_hosts(const struct dom *d)
{
	return d->prov != P_OTHER || d->hoster != OWN_MX;
}

static uint32_t
host_ip(const struct dom *d, unsigned k, uint32_t salt)
{
	const struct prov *p = &provs[d->prov];
	uint32_t i = (uint32_t)(d - doms);

	if (d->prov == P_MSC)
		return IP(104, 47, (salt + 7 * k) % 61, salt & 1 ? 33 : 161);
	if (d->prov == P_M365)
		return IP(52, 101, 40 + i % 64, (salt + k) % 30);
	if (d->hoster < N_HOSTERS)
		return hosters[d->hoster].ip[k] + salt % p->spread;
	if (d->prov == P_OTHER) /* made up, but always the same for the same host */
		return IP(151, 64 + i / 65536, i >> 8 & 255, i & 255);
	return p->ip[p->ip[k] != 0 ? k : 0] + salt % p->spread;
}

/* Messages and sessions; both live in arrays and are named by index. */

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

static struct msg *msgs;
static struct session *sess;
static uint32_t msg_cap, msg_free, *msg_stack, sess_cap, sess_free, *sess_stack;
static uint64_t open_now, open_peak, planned, created;

static void
pool_grow(uint32_t **stack, uint32_t *nfree, uint32_t *cap)
{
	uint32_t n = *cap == 0 ? 1024 : *cap * 2;

	*stack = grow(*stack, n, sizeof **stack);
	for (uint32_t i = n; i > *cap; i--)
		(*stack)[(*nfree)++] = i - 1;
	*cap = n;
}

static uint32_t
msg_new(void)
{
	uint32_t i;

	if (msg_free == 0) {
		pool_grow(&msg_stack, &msg_free, &msg_cap);
		msgs = grow(msgs, msg_cap, sizeof *msgs);
	}
	i = msg_stack[--msg_free];
	msgs[i] = (struct msg){ .seed = rnd(), .nrcpt = 1 };
	if (++open_now > open_peak)
		open_peak = open_now;
	return i;
}

static uint32_t
sess_new(void)
{
	if (sess_free == 0) {
		pool_grow(&sess_stack, &sess_free, &sess_cap);
		sess = grow(sess, sess_cap, sizeof *sess);
	}
	return sess_stack[--sess_free];
}

/* Events: a 4-ary heap by time. Handlers say with again() what comes next. */

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

static struct node *heap;
static uint32_t heap_n, heap_cap;
static struct node next_node;
static bool next_set;

static inline void
push(uint64_t t, enum ev ev, uint32_t id)
{
	uint32_t i = heap_n++;

	if (heap_n > heap_cap) {
		heap_cap = heap_cap == 0 ? 4096 : heap_cap * 2;
		heap = grow(heap, heap_cap, sizeof *heap);
	}
	while (i > 0) {
		uint32_t up = (i - 1) / 4;

		if (heap[up].t <= t)
			break;
		heap[i] = heap[up];
		i = up;
	}
	heap[i] = (struct node){ t, id, ev };
}

/* The event being handled turns into this one: cheaper than pop and push. */
static inline void
again(uint64_t t, enum ev ev, uint32_t id)
{
	next_node = (struct node){ t, id, ev };
	next_set = true;
}

static void
replace_top(struct node x)
{
	uint32_t i = 0;

	for (;;) {
		uint32_t c = 4 * i + 1, best = c, last = c + 4 < heap_n ? c + 4 : heap_n;

		if (c >= heap_n)
			break;
		for (uint32_t k = c + 1; k < last; k++)
			if (heap[k].t < heap[best].t)
				best = k;
		if (heap[best].t >= x.t)
			break;
		heap[i] = heap[best];
		i = best;
	}
	heap[i] = x;
}

/* A scenario is a row of a table: what happens when, to whom. */

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
	struct trouble trouble[8];
	struct dead dead[2];
	uint32_t people;      /* who may get mail */
	uint8_t share[10][2]; /* of the people, per cent by provider; the last takes the rest */
	uint32_t pairs;	      /* one receipt in so many has two recipients; 0: none */
	void (*make)(struct msg *m, uint64_t t); /* NULL: as the rows above say */
	uint64_t forced[2];			 /* a Microsoft message of source 0, 1 ends here */
	uint32_t dead_ppm; /* how often a dead host suspends the destination */
};

static const struct scen *sc;

static void make(struct msg *m, uint64_t t);
static const struct reply *outcome(struct msg *m, uint64_t t);

static struct {
	uint64_t seed;
	uint64_t deliveries;
	uint64_t open;
	uint64_t count;
	uint32_t days;
	uint32_t scale;
	bool bsd_stamp; /* RFC 3164 */
	bool long_ids;
	bool with_stage;
	const char *dir; /* NULL: standard output */
	const char *truth;
} opt = { 1, 1000000, 20000, 500000, 1, 100, false, false, false, NULL, NULL };

/* Truth: attempts as they were written. */

enum status { T_SENT, T_DEFERRED, T_BOUNCED, T_EXPIRED, T_COUNT };
static const char *const status_names[T_COUNT] = { "sent", "deferred", "bounced", "expired" };
static uint64_t truth[MAX_SRC][P_COUNT][T_COUNT], truth_mute[MAX_SRC][P_COUNT][T_COUNT];
static uint64_t truth_class[P_COUNT][C_COUNT];

/* Processes: a name for the log and some pids that are replaced now and then. */

struct procs {
	char name[48];
	uint8_t n;
	uint8_t npid;
	uint32_t pid[24];
};

static struct procs pr_smtpd, pr_cleanup, pr_qmgr, pr_bounce, pr_lmtp, pr_pipe, pr_anvil, pr_error,
    pr_scache, pr_smtp[MAX_SRC];
static uint32_t next_pid = 812004;

static uint32_t
new_pid(void)
{
	next_pid += 1 + below(9);
	if (next_pid > 4194000)
		next_pid = 1200 + below(500);
	return next_pid;
}

static void
procs_init(struct procs *p, const char *sys, const char *prog, unsigned n)
{
	p->n = (uint8_t)snprintf(p->name, sizeof p->name, " %s %s/%s[", sc->log_host, sys, prog);
	p->npid = (uint8_t)n;
	for (unsigned i = 0; i < n; i++)
		p->pid[i] = new_pid();
}

static uint32_t
a_pid(struct procs *p)
{
	uint32_t r = below(128U * p->npid), i = r % p->npid;

	if (p->npid > 1 && r < p->npid) /* max_use: the process has done its hundred */
		p->pid[i] = new_pid();
	return p->pid[i];
}

/* One line: head(), the words, eol(). */

static void
put_stamp(uint64_t t)
{
	static uint64_t last = UINT64_MAX;
	static char text[24];
	static size_t n;
	uint64_t s = t / SEC;

	if (s != last) {
		char *p = out.p;
		struct civil c;

		civil_of(t, &c);
		if (opt.bsd_stamp) {
			put(months[c.mo - 1], 3);
			putch(' ');
			if (c.d < 10)
				putch(' ');
			putu(c.d);
			putch(' ');
		} else {
			put_date(&c, true);
			putch('T');
		}
		put_clock(&c, true);
		n = (size_t)(out.p - p);
		memcpy(text, p, n);
		out.p = p;
		last = s;
	}
	put(text, n);
	if (!opt.bsd_stamp) {
		putch('.');
		putz(t % SEC, 6);
		LIT("+00:00");
	}
}

static inline void
head(uint64_t t, const struct procs *p, uint32_t pid)
{
	put_stamp(t);
	put(p->name, p->n);
	putu(pid);
	LIT("]: ");
}

static inline void
eol(void)
{
	putch('\n');
	out.lines++;
}

static inline void
put_qid(const struct msg *m)
{
	put(m->qid, m->qn);
}

/* Queue ids. The inode of a removed file is the next one used, as on ext4. */

static uint32_t *ino_stack;
static uint32_t ino_n, ino_cap, ino_next = 262411;

static uint32_t
ino_new(void)
{
	return ino_n > 0 ? ino_stack[--ino_n] : ino_next++;
}

static void
ino_put(uint32_t ino)
{
	if (ino_n == ino_cap) {
		ino_cap = ino_cap == 0 ? 1024 : 2 * ino_cap;
		ino_stack = grow(ino_stack, ino_cap, sizeof *ino_stack);
	}
	ino_stack[ino_n++] = ino;
}

static unsigned
put_base(char *b, uint64_t v, uint32_t base, unsigned pad)
{
	static const char a52[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	char r[16];
	unsigned n = 0, k = 0;

	while (v > 0 || n < pad || n == 0) {
		r[n++] = a52[v % base];
		v /= base;
	}
	while (n > 0)
		b[k++] = r[--n];
	return k;
}

static void
set_qid(struct msg *m, uint64_t t)
{
	unsigned n = 0;

	m->ino = ino_new();
	if (opt.long_ids) {
		n = put_base(m->qid, t / SEC, 52, 6);
		n += put_base(m->qid + n, t % SEC, 52, 4);
		m->qid[n++] = 'z';
		n += put_base(m->qid + n, m->ino, 51, 1);
	} else {
		uint32_t v = m->ino, k = 1;

		for (int i = 4; i >= 0; i--)
			m->qid[n++] = upper16[(t % SEC) >> (4 * i) & 15];
		while (v >> (4 * k) != 0)
			k++;
		while (k-- > 0)
			m->qid[n++] = upper16[v >> (4 * k) & 15];
	}
	m->qn = (uint8_t)n;
}

/* Addresses */

static const char firsts[64][12] = { "lea", "jo", "marie", "paul", "nina", "tom", "claire", "hugo",
	"emma", "louis", "alice", "jules", "sarah", "adam", "ines", "noah", "julie", "marc", "anne",
	"luc", "eva", "max", "laura", "felix", "camille", "theo", "chloe", "victor", "manon",
	"simon", "lucie", "remi", "pauline", "david", "elise", "karim", "sofia", "yann", "agathe",
	"omar", "helene", "peter", "sandra", "ben", "nadia", "leo", "mila", "oscar", "rose",
	"arthur", "zoe", "gabriel", "lina", "samuel", "judith", "eric", "olga", "ivan", "petra",
	"jan", "maria", "jose", "carmen", "luis" };
static const char lasts[128][12] = { "martin", "bernard", "thomas", "petit", "robert", "richard",
	"durand", "dubois", "moreau", "laurent", "simon", "michel", "lefevre", "leroy", "roux",
	"david", "bertrand", "morel", "fournier", "girard", "bonnet", "dupont", "lambert",
	"fontaine", "rousseau", "vincent", "muller", "faure", "andre", "mercier", "blanc", "guerin",
	"boyer", "garnier", "perrin", "chevalier", "francois", "legrand", "gauthier", "garcia",
	"lopez", "henry", "roussel", "nicolas", "masson", "marchand", "duval", "denis", "dumont",
	"marie", "lemaire", "noel", "meyer", "dufour", "meunier", "brun", "blanchard", "giraud",
	"joly", "riviere", "lucas", "brunet", "gaillard", "barbier", "arnaud", "martinez", "gerard",
	"roche", "renard", "schmitt", "roy", "leroux", "colin", "vidal", "caron", "picard", "roger",
	"fabre", "aubert", "lemoine", "renaud", "dumas", "lacroix", "olivier", "philippe",
	"bourgeois", "pierre", "benoit", "rey", "leclerc", "payet", "rolland", "leclercq",
	"guillaume", "lecomte", "jean", "dupuy", "guillot", "hubert", "berger", "carpentier",
	"sanchez", "dupuis", "moulin", "louis", "deschamps", "huet", "vasseur", "perez", "boucher",
	"fleury", "royer", "klein", "jacquet", "adam", "paris", "poirier", "marty", "aubry",
	"guyot", "carre", "charles", "renault", "charpentier", "menard", "maillard", "baron",
	"keller" };

/* Every rid has its own local part. */
static void
put_local(uint32_t rid)
{
	puts0(firsts[rid & 63]);
	putch(rid & 0x4000 ? '_' : '.');
	puts0(lasts[rid >> 6 & 127]);
	if (rid >> 13 != 0)
		putu(rid >> 13);
}

static void
put_rcpt(const struct msg *m)
{
	put_local(m->rid);
	putch('@');
	put(doms[m->dom].s, doms[m->dom].n);
}

enum { ST_PASSWORD, ST_RECEIPTS, ST_SHIPPING, ST_VERP, ST_NEWSLETTER };

static void
put_domain(const struct msg *m)
{
	if (m->brand > 0) {
		LIT("brand");
		putz(m->brand, 2);
		LIT(".example");
	} else
		puts0(sc->domain);
}

static void
put_sender(const struct msg *m)
{
	switch (m->stream) {
	case ST_PASSWORD: LIT("password-reset@"); break;
	case ST_RECEIPTS: LIT("receipts@"); break;
	case ST_SHIPPING: LIT("shipping@"); break;
	case ST_NEWSLETTER: LIT("newsletter@"); break;
	default:
		LIT("bounce-");
		putz(m->seed % 90000000 + 10000000, 8);
		putch('-');
		put_local(m->rid);
		putch('=');
		put(doms[m->dom].s, doms[m->dom].n);
		putch('@');
	}
	put_domain(m);
}

static void
put_msgid(const struct msg *m)
{
	uint64_t h = mix64(m->seed);

	switch (m->stream) {
	case ST_VERP:
	case ST_NEWSLETTER:
		LIT("<nl.");
		putu(m->seed % 900 + 100);
		putch('.');
		puthex(h, 16, lower16);
		LIT("@news.");
		break;
	default:
		putch('<');
		puthex(h, 8, lower16);
		putch('-');
		puthex(h >> 32, 4, lower16);
		LIT("-4");
		puthex(h >> 48, 3, lower16);
		LIT("-a");
		puthex(m->seed, 3, lower16);
		putch('-');
		puthex(mix64(h), 12, lower16);
		LIT("@app");
		putu(m->seed % 3 + 1);
		putch('.');
	}
	put_domain(m);
	putch('>');
}

/* The varying parts of replies */

static void
put_alnum(unsigned n, bool lower)
{
	static const char a[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	while (n > 0) {
		uint64_t r = rnd();

		for (unsigned k = 0; k < 8 && n > 0; k++, n--, r >>= 8)
			putch(a[(r & 255) * (lower ? 36 : 62) >> 8]);
	}
}

static const char ms_sites[8][12] = { "AM3PEPF0000", "AM4PEPF0002", "DB3PEPF0000", "DB5PEPF0001",
	"DU6PEPF0000", "AMS0EPF0000", "VI1PEPF0001", "PA5PEPF0000" };

static void
put_ms_host(void)
{
	puts0(ms_sites[below(8)]);
	puthex(rnd(), 4, upper16);
}

/* "[AM3PEPF0000A78E.eurprd04.prod.outlook.com 2026-11-03T06:42:11.123Z 08DE...]" */
static void
put_ms_stamp(uint64_t t)
{
	struct civil c;

	civil_of(t, &c);
	putch('[');
	put_ms_host();
	LIT(".eurprd0");
	putu(1 + below(9));
	LIT(".prod.outlook.com ");
	put_date(&c, true);
	putch('T');
	put_clock(&c, true);
	putch('.');
	putz(t % SEC / 1000, 3);
	LIT("Z 08DE");
	puthex(rnd(), 12, upper16);
	putch(']');
}

static const char *own_addr; /* the address a reply names */

static void
put_tpl(const struct tpl *tp, const struct msg *m, uint64_t t, unsigned k)
{
	for (unsigned i = 0; i < tp->nops; i++) {
		const struct op *o = &tp->ops[i];

		put(o->lit, o->n);
		switch (o->what) {
		case 0: break;
		case 'a': puts0(own_addr); break;
		case 'r': put_rcpt(m); break;
		case 'd': put(doms[m->dom].s, doms[m->dom].n); break;
		case 's': put_domain(m); break;
		case 'f': put_sender(m); break;
		case 'h': put_host(&doms[m->dom], k); break;
		case 'i': putip(host_ip(&doms[m->dom], k, (uint32_t)m->seed)); break;
		case 'm': put_msgid(m); break;
		case 'E': putu(t / SEC); break;
		case 'g':
			put_alnum(13, true);
			putch('-');
			put_alnum(11, true);
			LIT("si");
			putz(rnd() % 100000000, 8);
			LIT(".");
			putu(1 + below(600));
			break;
		case 'M': put_ms_stamp(t - 40000); break;
		case 'P':
			LIT("[Name=Protocol Filter Agent][AGT=PFA][MxId=");
			puthex(rnd(), 16, upper16);
			putch(']');
			break;
		case 'C': put_ms_host(); break;
		case 'X': puthex(rnd(), o->width, upper16); break;
		case 'x': puthex(rnd(), o->width, lower16); break;
		case 'N':
			putch((char)('1' + below(9)));
			putz(rnd() >> 4, o->width - 1U);
			break;
		case 'B': put_alnum(o->width, false); break;
		case 'b': put_alnum(o->width, true); break;
		default: die(4, "no such template letter: %c", o->what);
		}
	}
}

/* Postfix shows two significant digits of a delay and at most two decimals. */
static void
put_delay(uint64_t us)
{
	uint64_t v;

	if (us >= 9950000) {
		putu((us + SEC / 2) / SEC);
		return;
	}
	v = us >= SEC ? (us + 50000) / 100000 * 10 : (us + 5000) / 10000;
	putu(v / 100);
	v %= 100;
	if (v == 0)
		return;
	putch('.');
	putch((char)('0' + v / 10));
	if (v % 10 != 0)
		putch((char)('0' + v % 10));
}

static void
put_local_time(uint64_t t)
{
	struct civil c;

	civil_of(t, &c);
	put(months[c.mo - 1], 3);
	putch(' ');
	if (c.d < 10)
		putch(' ');
	putu(c.d);
	putch(' ');
	put_clock(&c, true);
}

/*
 * A line's words. %s text, %u unsigned, %i an address, %T a time as daemons print it, %D a delay;
 * of a message %q its queue id, %r its recipient, %f its sender, %M its Message-ID; %h the host
 * that answers for a domain (the domain, and 0 or 1). The order of arguments is not that of
 * evaluation: whoever needs chance twice takes it before.
 */
static void
vsay(const char *f, va_list ap)
{
	const struct dom *d;
	const char *e;

	for (; (e = strchr(f, '%')) != NULL; f = e + 2) {
		put(f, (size_t)(e - f));
		switch (e[1]) {
		case '%': putch('%'); break;
		case 's': puts0(va_arg(ap, const char *)); break;
		case 'u': putu(va_arg(ap, unsigned)); break;
		case 'i': putip(va_arg(ap, uint32_t)); break;
		case 'T': put_local_time(va_arg(ap, uint64_t)); break;
		case 'D': put_delay(va_arg(ap, uint64_t)); break;
		case 'q': put_qid(va_arg(ap, const struct msg *)); break;
		case 'r': put_rcpt(va_arg(ap, const struct msg *)); break;
		case 'f': put_sender(va_arg(ap, const struct msg *)); break;
		case 'M': put_msgid(va_arg(ap, const struct msg *)); break;
		case 'h':
			d = va_arg(ap, const struct dom *);
			put_host(d, va_arg(ap, unsigned));
			break;
		default: die(4, "no such word: %%%c", e[1]);
		}
	}
	puts0(f);
}

static void
say(const char *f, ...)
{
	va_list ap;

	va_start(ap, f);
	vsay(f, ap);
	va_end(ap);
}

/* A whole line of one process. */
static void
line(uint64_t t, const struct procs *p, uint32_t pid, const char *f, ...)
{
	va_list ap;

	head(t, p, pid);
	va_start(ap, f);
	vsay(f, ap);
	va_end(ap);
	eol();
}

/* Suspended destinations: after a dead host the queue manager waits a minute. */
static struct {
	uint64_t until;
	char text[600];
	size_t n;
	char dsn[12];
} dead[MAX_SRC][P_COUNT];

static void
put_delays(const struct msg *m, uint64_t t, uint64_t c, uint64_t d)
{
	uint64_t a = m->active - m->arrived, rest = t - m->active;

	say(", delay=%D, delays=%D/%D/%D/%D", t - m->arrived, a, rest > c + d ? rest - c - d : 0, c,
	    d);
}

/* The words in brackets, and who says them. */
static void
put_reason(const struct reply *r, const struct msg *m, uint64_t t, unsigned k)
{
	const struct dom *d = &doms[m->dom];

	if (r->stage < S_CONNECT)
		say("host %h[%i] %s: ", d, k, host_ip(d, k, (uint32_t)m->seed),
		    r->stage == S_GREET ? "refused to talk to me" : "said");
	put_tpl(&r->tpl, m, t, k);
	if (r->stage > S_GREET && r->stage < S_CONNECT)
		say(" (in reply to %s)", stage_words[r->stage]);
}

static void
put_to(const struct msg *m, uint32_t rcpt)
{
	struct msg x = *m;

	x.rid = m->rid + rcpt; /* a second recipient is the neighbour at the same domain */
	say("%q: to=<%r>", m, &x);
}

/* The line that counts: one recipient, one attempt. */
static void
to_line(struct msg *m, uint64_t t, const struct reply *r, uint32_t pid, uint32_t rcpt)
{
	const struct dom *d = &doms[m->dom];
	unsigned k = m->second ? 1 : 0;
	uint64_t c = m->c_us, dd = m->d_us;

	if (r != NULL && r->stage <= S_MAIL) { /* it went no further than that */
		c += dd - (dd > 40000 ? 40000 : dd);
		dd = r->stage == S_MAIL && dd > 40000 ? 40000 : 0;
	} else if (r != NULL && r->stage >= S_CONNECT) {
		c += dd;
		dd = 0;
	}
	if (r != NULL && r->stage == S_DNS)
		c = 0;
	head(t, &pr_smtp[m->src], pid);
	put_to(m, rcpt);
	if (r != NULL && (r->stage == S_CONNECT || r->stage == S_DNS))
		say(", relay=none");
	else
		say(", relay=%h[%i]:25%s", d, k, host_ip(d, k, (uint32_t)m->seed),
		    (m->seed >> 40) % 24 == 0 && r == NULL ? ", conn_use=2" : "");
	put_delays(m, t, c, dd);
	if (r == NULL) {
		const char *ok = provs[d->prov].ok;

		say(", dsn=");
		put(ok[4] == '2' && ok[5] == '.' ? ok + 4 : "2.0.0", 5);
		say(", status=sent (");
		put_tpl(&ok_tpl[d->prov], m, t, k);
	} else {
		say(", dsn=%s, status=%s (", r->dsn, r->temp ? "deferred" : "bounced");
		put_reason(r, m, t, k);
	}
	putch(')');
	eol();
	truth[m->src][r != NULL && r->stage == S_DNS && m->dom >= tail0 ? P_OTHER : d->prov]
	     [r == NULL	       ? T_SENT
		     : r->temp ? T_DEFERRED
			       : T_BOUNCED]++;
}

/* The next scan of the deferred queue after the message's back-off. */
static uint64_t
retry_at(const struct msg *m, uint64_t t)
{
	uint64_t age = t - m->arrived;
	uint64_t wait = age < 300 * SEC ? 300 * SEC : age > 4000 * SEC ? 4000 * SEC : age;
	uint64_t scan = (t + wait + 300 * SEC - 1) / (300 * SEC) * (300 * SEC) + 17 * SEC;

	return scan + below(900000);
}

static void
deferred(uint32_t id, uint64_t t)
{
	struct msg *m = &msgs[id];

	m->second = false;
	if (t - m->arrived >= 5 * DAY)
		again(t + 300 + below(900), E_EXPIRED, id);
	else
		again(retry_at(m, t), E_ACTIVE, id);
}

/* "delivery temporarily suspended": nobody was asked, error(8) writes the line. */
static void
suspended(uint32_t id, uint64_t t)
{
	struct msg *m = &msgs[id];
	unsigned p = doms[m->dom].prov;

	for (uint32_t i = 0; i < m->nrcpt; i++) {
		head(t, &pr_error, a_pid(&pr_error));
		put_to(m, i);
		say(", relay=none");
		put_delays(m, t, 0, 8000);
		say(", dsn=%s, status=deferred (delivery temporarily suspended: ",
		    dead[m->src][p].dsn);
		put(dead[m->src][p].text, dead[m->src][p].n);
		putch(')');
		eol();
		truth[m->src][p][T_DEFERRED]++;
		truth_mute[m->src][p][T_DEFERRED]++;
	}
	deferred(id, t);
}

static void
mark_dead(const struct msg *m, uint64_t t, const struct reply *r, const char *from)
{
	unsigned p = doms[m->dom].prov;
	const char *s = from;
	size_t n = (size_t)(out.p - from);

	if (p == P_OTHER || !chance(sc->dead_ppm))
		return;
	while (n > 0 && *s != '(') {
		s++;
		n--;
	}
	n = n > 3 ? n - 3 : 0; /* "(" before, ")\n" behind */
	if (n > sizeof dead[0][0].text)
		n = sizeof dead[0][0].text;
	memcpy(dead[m->src][p].text, s + 1, n);
	dead[m->src][p].n = n;
	dead[m->src][p].until = t + 60 * SEC;
	snprintf(dead[m->src][p].dsn, sizeof dead[m->src][p].dsn, "%s", r->dsn);
}

/* An attempt is over. */
static void
finish(uint32_t id, uint64_t t, const struct reply *r)
{
	struct msg *m = &msgs[id];
	uint32_t pid = a_pid(&pr_smtp[m->src]);
	const char *from;

	own_addr = sc->addr[m->src];
	if (r != NULL && r->stage == S_CONNECT) {
		head(t, &pr_smtp[m->src], pid);
		put_reason(r, m, t, m->second ? 1 : 0);
		eol();
	}
	from = out.p;
	for (uint32_t i = 0; i < m->nrcpt; i++)
		to_line(m, t, r, pid, i);
	m->attempts = m->attempts < 250 ? (uint8_t)(m->attempts + 1) : m->attempts;
	if (r == NULL)
		again(t + 600 + below(9000), E_REMOVED, id);
	else if (!r->temp)
		again(t + 700 + below(5000), E_DSN, id);
	else {
		if (m->nrcpt == 1 && (r->stage == S_GREET || r->stage == S_CONNECT) &&
		    sc->dead_ppm > 0)
			mark_dead(m, t, r, from);
		deferred(id, t);
	}
}

/* DSNs go home: to the bounce handler, or by LMTP to a mailbox. */
static void
local_line(uint32_t id, uint64_t t)
{
	struct msg *m = &msgs[id];
	bool verp = m->stream == ST_VERP;
	struct procs *p = verp ? &pr_pipe : &pr_lmtp;

	head(t, p, a_pid(p));
	say(verp ? "%q: to=<%f>, relay=bouncehandler"
		 : "%q: to=<%f>, relay=%s[private/dovecot-lmtp]",
	    m, m, sc->fqdn);
	put_delays(m, t, 4000, m->d_us);
	say(", dsn=2.0.0, status=sent (");
	if (verp)
		say("delivered via bouncehandler service)");
	else {
		say("250 2.0.0 <%f> ", m);
		put_alnum(22, false);
		say(" Saved)");
	}
	eol();
	again(t + 600 + below(3000), E_REMOVED, id);
}

static void
try_delivery(uint32_t id, uint64_t t, bool second)
{
	struct msg *m = &msgs[id];
	const struct dom *d = &doms[m->dom];
	const struct reply *r;

	if (m->dsn) {
		local_line(id, t);
		return;
	}
	if (second) {
		finish(id, t, m->now);
		return;
	}
	if (dead[m->src][d->prov].until > t) {
		suspended(id, t);
		return;
	}
	r = outcome(m, t);
	/* a soft answer of one host sends the client to the next one; no to= for that yet */
	if (r != NULL && r->temp && r->stage <= S_RCPT && two_hosts(d) &&
	    (m->seed >> 20) % 3 != 0) {
		uint64_t more = 120000 + below(700000);

		own_addr = sc->addr[m->src];
		head(t, &pr_smtp[m->src], a_pid(&pr_smtp[m->src]));
		say("%q: ", m);
		put_reason(r, m, t, 0);
		eol();
		m->now = r;
		m->second = true;
		m->c_us += (uint32_t)more;
		again(t + more, E_TRY2, id);
		return;
	}
	finish(id, t, r);
}

/* Sessions: an application hands over a few messages. */

static const char *
client(const struct session *s)
{
	static const char *const clients[4] = { "app1.shop.internal[172.31.7.21]",
		"app2.shop.internal[172.31.7.22]", "worker1.shop.internal[172.31.9.40]",
		"unknown[172.31.9.41]" };

	return clients[s->client];
}

static uint64_t
submit(uint32_t sid, uint64_t t)
{
	uint32_t id = msg_new();
	struct session *s = &sess[sid];
	struct msg *m = &msgs[id];

	m->arrived = t;
	m->size = 2200 + below(18000) + (below(8) == 0 ? below(60000) : 0);
	if (s->forced >= 0) {
		m->src = (uint8_t)s->forced;
		m->dom = big_domain(P_MSC, s->forced == 0 ? 0 : 50);
		m->rid = 4242 + 977 * (uint32_t)s->forced;
		m->stream = s->forced == 0 ? ST_PASSWORD : ST_RECEIPTS;
		m->due = sc->forced[s->forced];
	} else
		(sc->make != NULL ? sc->make : make)(m, t);
	created++;
	set_qid(m, t);
	line(t, &pr_smtpd, s->pid, "%q: client=%s", m, client(s));
	push(t + 900 + below(4000), E_MSGID, id);
	s->left--;
	return t + 2500 + below(s->left > 0 ? 40000 : 9000);
}

static void
disconnect(uint32_t sid, uint64_t t)
{
	struct session *s = &sess[sid];
	uint32_t n = s->total;

	line(t, &pr_smtpd, s->pid,
	    "disconnect from %s ehlo=1 mail=%u rcpt=%u data=%u quit=1 commands=%u", client(s), n, n,
	    n, 2 + 3 * n);
	sess_stack[sess_free++] = sid;
}

static void
from_line(uint32_t id, uint64_t t, bool is_expired)
{
	const struct msg *m = &msgs[id];

	head(t, &pr_qmgr, pr_qmgr.pid[0]);
	say(m->dsn ? "%q: from=<>" : "%q: from=<%f>", m, m);
	if (is_expired)
		say(", status=expired, returned to sender");
	else
		say(", size=%u, nrcpt=%u (queue active)", m->size, (unsigned)m->nrcpt);
	eol();
}

static uint32_t wait_max_us; /* bench: how long the queue manager keeps messages waiting */

/* Into the active queue; decide how long everything takes. */
static void
active(uint32_t id, uint64_t t)
{
	struct msg *m = &msgs[id];
	uint64_t b = 2000 + below(9000), c = 90000 + below(450000), d = 80000 + below(500000);

	from_line(id, t, false);
	m->active = t;
	if (m->dsn) {
		m->d_us = 3000 + below(30000);
		again(t + 6000 + m->d_us, E_TRY, id);
		return;
	}
	if (m->due != 0) {
		d = 40000;
		c = m->due - t - b - d;
		m->due = 0;
	} else if (m->row != NULL && m->row == &replies[R_TIMEOUT]) {
		c = 30 * SEC + below(30000);
		d = 0;
	} else if (m->attempts == 0 && wait_max_us > 0 && below(10) < 8)
		b += below(wait_max_us) * 4ULL;
	else if (below(40) == 0)
		d += below(4000000);
	m->c_us = (uint32_t)c;
	m->d_us = (uint32_t)d;
	again(t + b + c + d, E_TRY, id);
}

static void
non_delivery(uint32_t id, uint64_t t)
{
	uint32_t kid = msg_new();
	struct msg *m = &msgs[id], *k = &msgs[kid];
	struct civil c;

	k->dsn = true;
	k->arrived = t;
	k->stream = m->stream;
	k->brand = m->brand;
	k->seed = m->seed;
	k->rid = m->rid;
	k->dom = m->dom;
	k->size = (m->size < 50000 ? m->size : 50000) + 2300 + below(700);
	set_qid(k, t);
	m->child = kid;
	civil_of(t, &c);
	head(t, &pr_cleanup, a_pid(&pr_cleanup));
	say("%q: message-id=<", k);
	put_date(&c, false);
	put_clock(&c, false);
	say(".%q@%s>", k, sc->fqdn);
	eol();
	again(t + 500 + below(2500), E_BOUNCE, id);
}

static void
bounce_line(uint32_t id, uint64_t t)
{
	const struct msg *m = &msgs[id];

	line(t, &pr_bounce, a_pid(&pr_bounce), "%q: sender non-delivery notification: %q", m,
	    &msgs[m->child]);
	push(t + 200 + below(1500), E_ACTIVE, m->child);
	again(t + 400 + below(2500), E_REMOVED, id);
}

static void
msgid_line(uint32_t id, uint64_t t)
{
	line(t, &pr_cleanup, a_pid(&pr_cleanup), "%q: message-id=%M", &msgs[id], &msgs[id]);
	again(t + 1500 + below(30000), E_ACTIVE, id);
}

static void
expired(uint32_t id, uint64_t t)
{
	const struct msg *m = &msgs[id];

	from_line(id, t, true);
	truth[m->src][doms[m->dom].prov][T_EXPIRED]++;
	again(t + 700 + below(5000), E_DSN, id);
}

static void
removed(uint32_t id, uint64_t t)
{
	line(t, &pr_qmgr, pr_qmgr.pid[0], "%q: removed", &msgs[id]);
	ino_put(msgs[id].ino);
	msg_stack[msg_free++] = id;
	open_now--;
}

/* What else stands in a log */

static void
noise_tls(uint64_t t)
{
	static const char *const tail[4] = {
		":25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits) server-digest SHA256",
		":25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature ECDSA (prime256v1) server-digest SHA256",
		":25: TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)",
		":25: TLSv1.3 with cipher TLS_AES_128_GCM_SHA256 (128/128 bits) key-exchange X25519 server-signature RSA-PSS (4096 bits) server-digest SHA256"
	};
	struct procs *p = &pr_smtp[below(sc->nsrc)];
	const struct dom *d = &doms[below((uint32_t)LEN(bigs))];

	head(t, p, a_pid(p));
	say("%s TLS connection established to %h", below(3) == 0 ? "Trusted" : "Untrusted", d, 0U);
	say("[%i]", host_ip(d, 0, below(64)));
	puts0(tail[below(4)]);
	eol();
}

/* One stranger at a time; each of his lines is an event. */
static struct {
	uint32_t pid, ip, kind, step;
} scan;

static void
noise_scanner(uint64_t t)
{
	/* what he does, by kind; the last word of a kind that is refused at once is left out */
	static const struct {
		const char *first, *second, *done;
	} kinds[3] = {
		{ "warning: unknown[%i]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
		    "lost connection after AUTH from unknown[%i]",
		    "disconnect from unknown[%i] ehlo=1 auth=0/1 commands=1/2" },
		{ "NOQUEUE: reject: RCPT from unknown[%i]: 454 4.7.1 <spameri@tiscali.example>: Relay "
		  "access denied; from=<spameri@tiscali.example> to=<spameri@tiscali.example> "
		  "proto=ESMTP helo=<WIN-CLJ1B0GQ6JP>",
		    NULL,
		    "disconnect from unknown[%i] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4" },
		{ "lost connection after UNKNOWN from unknown[%i]", NULL,
		    "disconnect from unknown[%i] unknown=0/1 commands=0/1" },
	};
	const char *const words[4] = { "connect from unknown[%i]", kinds[scan.kind].first,
		kinds[scan.kind].second, kinds[scan.kind].done };

	line(t, &pr_smtpd, scan.pid, words[scan.step], scan.ip);
	scan.step += scan.step == 1 && kinds[scan.kind].second == NULL ? 2 : 1;
	if (scan.step <= 3)
		push(t + 30000 + below(200000), E_SCANNER, 0);
}

static void
noise_statistics(uint64_t t)
{
	uint32_t pid, n;

	if (below(2) == 0) {
		pid = pr_anvil.pid[0];
		n = 1 + below(6);
		line(t, &pr_anvil, pid,
		    "statistics: max connection rate %u/60s for (smtp:172.31.7.21) at %T", n * 3,
		    t - 200 * SEC);
		line(t, &pr_anvil, pid,
		    "statistics: max connection count %u for (smtp:172.31.7.21) at %T", n,
		    t - 190 * SEC);
		line(t, &pr_anvil, pid, "statistics: max cache size %u at %T", n, t - 190 * SEC);
		return;
	}
	pid = pr_scache.pid[0];
	line(t, &pr_scache, pid, "statistics: start interval %T", t - 210 * SEC);
	n = below(9);
	line(t, &pr_scache, pid, "statistics: domain lookup hits=%u miss=%u success=24%%", n,
	    9 + below(20));
	line(t, &pr_scache, pid, "statistics: address lookup hits=0 miss=%u success=0%%",
	    9 + below(20));
	line(t, &pr_scache, pid, "statistics: max simultaneous domains=1 addresses=2 connection=2");
}

static void
noise(uint64_t t)
{
	uint32_t r = below(100);

	if (r < 60)
		noise_tls(t);
	else if (r < 75) {
		scan.pid = new_pid();
		scan.ip = IP(141, 98, 10 + below(4), 1 + below(250));
		scan.kind = below(3);
		scan.step = 0;
		noise_scanner(t);
	} else if (r < 95)
		noise_statistics(t);
	else {
		uint32_t pid = a_pid(&pr_smtpd), n = below(90);

		line(t, &pr_smtpd, pid,
		    "warning: hostname scan-%u.example does not resolve to address %i: Name or service not known",
		    n, IP(141, 98, 11, 1 + below(250)));
	}
}

/* The loop */

static void
open_part(const char *name)
{
	static char path[4096];

	flush();
	if (opt.dir == NULL)
		return;
	if (out.fd > 1 && close(out.fd) != 0)
		die(4, "closing %s: %s", out.name, strerror(errno));
	if (snprintf(path, sizeof path, "%s/%s", opt.dir, name) >= (int)sizeof path)
		die(2, "%s/%s: the name is too long", opt.dir, name);
	out.name = path;
	out.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out.fd < 0)
		die(4, "%s: %s", path, strerror(errno));
}

/* per cent of a mean hour, UTC; a shop in Europe */
static const uint16_t hour_weight[24] = { 35, 30, 30, 35, 50, 90, 130, 140, 150, 160, 150, 130, 120,
	120, 120, 120, 120, 130, 140, 130, 110, 90, 60, 40 };

static uint32_t
per_day(uint64_t t, const struct civil *c)
{
	for (const struct volume *v = sc->volume; v < sc->volume + LEN(sc->volume); v++)
		if (t >= v->from && (v->days >> c->wday & 1) != 0 && c->h >= v->hour &&
		    c->h < v->until_hour)
			return v->per_day;
	return 0;
}

static uint64_t
gap(uint64_t t, uint32_t msgs_in_session)
{
	struct civil c;
	uint64_t a_day, mean;

	civil_of(t, &c);
	if (per_day(t, &c) == 0) { /* nothing until an hour in which something is sent */
		uint64_t next = (t / HOUR + 1) * HOUR;

		civil_of(next, &c);
		for (int i = 0; i < 48 && per_day(next, &c) == 0; i++) {
			next += HOUR;
			civil_of(next, &c);
		}
		return next - t + below(60) * SEC;
	}
	a_day = (uint64_t)per_day(t, &c) * opt.scale * (sc->end == 0 ? 101 : hour_weight[c.h]);
	mean = DAY * msgs_in_session * 10125 / (a_day > 0 ? a_day : 1);
	return between(0, 2 * mean);
}

static void
arrival(uint64_t t)
{
	uint32_t sid, n = 1 + below(8), total;

	if (sc->end == 0 && planned + n > opt.deliveries)
		n = (uint32_t)(opt.deliveries - planned);
	if (n == 0)
		return;
	planned += n;
	sid = sess_new();
	total = n;
	sess[sid] = (struct session){ t, a_pid(&pr_smtpd), total, n, below(4), -1 };
	push(t, E_CONNECT, sid);
	again(t + 50 + gap(t, n), E_ARRIVAL, 0);
}

static void
handle(const struct node *x)
{
	uint64_t t = x->t;

	switch ((enum ev)x->ev) {
	case E_ARRIVAL: arrival(t); break;
	case E_NOISE:
		noise(t);
		if (sc->end != 0 || created < opt.deliveries)
			again(t + between(SEC, 2 * 13 * MIN), E_NOISE, 0);
		break;
	case E_FORCED: {
		uint32_t sid = sess_new();

		sess[sid] = (struct session){ t, a_pid(&pr_smtpd), 1, 1, x->id, (int)x->id };
		again(t, E_CONNECT, sid);
		break;
	}
	case E_SCANNER: noise_scanner(t); break;
	case E_CONNECT:
		line(t, &pr_smtpd, sess[x->id].pid, "connect from %s", client(&sess[x->id]));
		again(t + 900 + below(3000), E_SUBMIT, x->id);
		break;
	case E_SUBMIT: {
		uint64_t then = submit(x->id, t);

		again(then, sess[x->id].left > 0 ? E_SUBMIT : E_DISCONNECT, x->id);
		break;
	}
	case E_DISCONNECT: disconnect(x->id, t); break;
	case E_MSGID: msgid_line(x->id, t); break;
	case E_ACTIVE: active(x->id, t); break;
	case E_TRY: try_delivery(x->id, t, false); break;
	case E_TRY2: try_delivery(x->id, t, true); break;
	case E_DSN: non_delivery(x->id, t); break;
	case E_BOUNCE: bounce_line(x->id, t); break;
	case E_EXPIRED: expired(x->id, t); break;
	case E_REMOVED: removed(x->id, t); break;
	}
}

static void
simulate(void)
{
	unsigned part = 0;

	procs_init(&pr_smtpd, "postfix", "smtpd", 18);
	procs_init(&pr_cleanup, "postfix", "cleanup", 12);
	procs_init(&pr_qmgr, "postfix", "qmgr", 1);
	procs_init(&pr_bounce, "postfix", "bounce", 3);
	procs_init(&pr_lmtp, "postfix", "lmtp", 3);
	procs_init(&pr_pipe, "postfix", "pipe", 3);
	procs_init(&pr_anvil, "postfix", "anvil", 1);
	procs_init(&pr_error, "postfix", "error", 2);
	procs_init(&pr_scache, "postfix", "scache", 1);
	for (unsigned i = 0; i < sc->nsrc; i++)
		procs_init(&pr_smtp[i], sc->sys[i], "smtp", 20);
	push(sc->start + 70000, E_ARRIVAL, 0);
	push(sc->start + 10 * SEC, E_NOISE, 0);
	for (uint32_t i = 0; i < LEN(sc->forced); i++)
		if (sc->forced[i] != 0)
			push(sc->forced[i] - 640000, E_FORCED, i);
	while (heap_n > 0) {
		struct node x = heap[0];

		if (sc->end != 0 && x.t >= sc->end)
			break;
		while (part < LEN(sc->part) && sc->part[part].name != NULL &&
		    x.t >= sc->part[part].from)
			open_part(sc->part[part++].name);
		room();
		next_set = false;
		handle(&x);
		if (next_set)
			replace_top(next_node);
		else {
			struct node last = heap[--heap_n];

			if (heap_n > 0)
				replace_top(last);
		}
	}
	flush();
}

/* Scenario: what people send */

static bool
prov_is(const struct msg *m, enum prov_id p)
{
	return doms[m->dom].prov == p;
}

/* Greylisting, full mailboxes, dead recipients: the weather everywhere. */
static void
ordinary(struct msg *m, uint64_t t, uint32_t unknown_ppm)
{
	unsigned p = doms[m->dom].prov;
	uint32_t r = below(1000000);

	if (r < unknown_ppm) {
		m->row = pick(p, C_RECIPIENT);
		while (m->row != NULL && (m->row->temp || m->row->stage >= S_CONNECT))
			m->row = pick(p, C_RECIPIENT);
		m->until = UINT64_MAX;
	} else if (r < unknown_ppm + 1300 && (m->row = pick(p, C_MAILBOX)) != NULL)
		m->until = below(5) < 3 ? t + between(20 * MIN, 40 * HOUR) : UINT64_MAX;
	else if (r < unknown_ppm + 1500 && p == P_OTHER) {
		m->row = &replies[R_NXDOMAIN];
		m->until = UINT64_MAX;
	} else if (r < unknown_ppm + 3500 && p == P_OTHER) {
		m->row = &replies[R_TIMEOUT];
		m->until = t + between(MIN, 3 * HOUR);
	} else if (p == P_OTHER && mix64(m->dom) % 5 == 0) {
		/* the first row of the class: each host always words it alike */
		m->row = &replies[by_class[P_OTHER][C_GREYLISTED]
				      .row[mix64(m->dom + 1) % by_class[P_OTHER][C_GREYLISTED].n]];
		m->until = t + 295 * SEC;
	}
}

/* A recipient of the shop; who he is with follows from his number. */
static void
make_recipient(struct msg *m)
{
	const uint8_t(*s)[2] = sc->share;
	uint64_t h;
	uint32_t p100;

	m->rid = below(sc->people / 2) * 2; /* the odd ones are their neighbours */
	h = mix64(m->rid + 0x5eed);
	p100 = (uint32_t)(h % 100);
	while (p100 >= (*s)[1] && s + 1 < sc->share + LEN(sc->share) && s[1][1] > 0)
		p100 -= (*s++)[1];
	if ((*s)[0] == P_OTHER)
		m->dom = tail0 + zipf(h >> 8, 12, ntail / 3 * 2);
	else if ((*s)[0] == P_M365)
		m->dom = tail0 + ntail / 3 * 2 + zipf(h >> 8, 11, ntail - ntail / 3 * 2);
	else
		m->dom = big_domain((*s)[0], (uint32_t)(h >> 32) % 100);
}

static uint8_t
make_stream(const struct civil *c)
{
	uint32_t r = below(100), news = c->h >= 5 && c->h < 11 ? 55 : 30;

	if (r < news)
		return ST_VERP;
	r = below(100);
	return r < 18 ? ST_PASSWORD : r < 58 ? ST_RECEIPTS : r < 88 ? ST_SHIPPING : ST_NEWSLETTER;
}

static void
make(struct msg *m, uint64_t t)
{
	const struct dead *d = sc->dead;
	struct civil c;

	civil_of(t, &c);
	if (sc->nsrc > 1)
		m->src = (uint8_t)below(sc->nsrc);
	m->stream = make_stream(&c);
	make_recipient(m);
	if (sc->pairs != 0 && m->stream == ST_RECEIPTS && below(sc->pairs) == 0)
		m->nrcpt = 2;
	while (
	    t < d->from || t >= d->until || (d->streams != 0 && (d->streams >> m->stream & 1) == 0))
		d++;
	ordinary(m, t, d->ppm);
}

/* What is said to an attempt at this moment; NULL: it is accepted. */
static const struct reply *
outcome(struct msg *m, uint64_t t)
{
	for (const struct trouble *r = sc->trouble;
	     r < sc->trouble + LEN(sc->trouble) && r->ppm > 0; r++)
		if (prov_is(m, r->prov) && (r->sources >> m->src & 1) != 0 && t >= r->from &&
		    t < r->until && (r->ppm == ALL || chance(r->ppm)))
			return &replies[r->reply];
	return t < m->until ? m->row : NULL;
}

static void
bench_make(struct msg *m, uint64_t t)
{
	static const uint8_t eight[] = { P_GOOGLE, 40, P_MSC, 22, P_YAHOO, 12, P_APPLE, 8, P_ORANGE,
		7, P_UI, 5, P_FREE, 3, P_LAPOSTE, 3 };
	/* 611953 has no factor in common with a million: every recipient once, then again */
	uint32_t rid = (uint32_t)((created * 611953 + 7) % 1000000), kind = rid % 5;
	uint64_t h = mix64(rid + 0xbe4c);
	unsigned p = P_GOOGLE;

	m->rid = rid;
	m->src = (uint8_t)(m->seed & 3);
	m->brand = (uint8_t)(1 + zipf(m->seed >> 8, 6, 6));
	m->stream = (uint8_t)((m->seed >> 32) % 10);
	m->stream = m->stream < 5 ? ST_VERP : (uint8_t)(m->stream - 5) % ST_VERP;
	if (kind == 3)
		m->dom = tail0 + rid / 5 % ntail; /* everybody in the tail gets something */
	else if (kind == 4)
		m->dom = tail0 + zipf(h, 17, ntail);
	else {
		uint32_t p100 = (uint32_t)(h % 100);

		for (size_t i = 0; i < sizeof eight; i += 2) {
			p = eight[i];
			if (p100 < eight[i + 1])
				break;
			p100 -= eight[i + 1];
		}
		m->dom = big_domain(p, (uint32_t)(h >> 32) % 100);
	}
	if (!chance(95000))
		return;
	p = doms[m->dom].prov;
	if (by_prov[p].n == 0)
		p = P_OTHER;
	m->row = below(12) == 0 ? pick(P_OTHER, C_NETWORK)
				: &replies[by_prov[p].row[below(by_prov[p].n)]];
	m->until = t + (m->row->temp ? between(MIN, 25 * MIN) : 30 * DAY);
}

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
		struct reply *r = &replies[below((uint32_t)LEN(replies))];
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

/* Truth */

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

/* Command line */

#define ALWAYS 0, UINT64_MAX
#define ALL_DAY EVERY_DAY, 0, 24
#define A 1
#define B 2
#define C 4

static struct scen scenarios[] = {
	{ .name = "aws-morning",
	    .log_host = "mx1",
	    .fqdn = "mx1.shop.example",
	    .domain = "shop.example",
	    .nsrc = 3,
	    .sys = { "postfix/out-a", "postfix/out-b", "postfix/out-c" },
	    .addr = { "203.0.113.24", "203.0.113.31", "198.51.100.9" },
	    .start = AT(2026, 10, 3, 0, 0, 0),
	    .end = AT(2026, 11, 3, 10, 31, 8),
	    .part = { { AT(2026, 10, 3, 0, 0, 0), "mail.log.2" },
		{ AT(2026, 11, 2, 0, 0, 0), "mail.log.1" },
		{ AT(2026, 11, 3, 0, 0, 0), "mail.log" } },
	    /* Thinned to a tenth by keeping two hours of each day whole: rates stay what they were. */
	    .volume = { { AT(2026, 11, 2, 0, 0, 0), ALL_DAY, 30000 }, { 0, SAT | SUN, 7, 9, 24000 },
		{ 0, THU, 7, 9, 36000 }, { 0, EVERY_DAY, 7, 9, 30000 } },
	    .trouble = { { AT(2026, 10, 9, 7, 15, 22), AT(2026, 10, 11, 8, 10, 0), A, P_MSC, ALL,
			     R_S3140 },
		{ AT(2026, 10, 9, 7, 16, 9), AT(2026, 10, 11, 8, 10, 0), B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 10, 20, 7, 50, 3), AT(2026, 10, 22, 8, 20, 0), A, P_MSC, ALL, R_S3140 },
		{ AT(2026, 10, 20, 7, 51, 11), AT(2026, 10, 22, 8, 20, 0), B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 11, 3, 6, 42, 11), UINT64_MAX, A, P_MSC, ALL, R_S3140 },
		{ AT(2026, 11, 3, 6, 42, 58), UINT64_MAX, B, P_MSC, ALL, R_S3140 },
		{ AT(2026, 11, 2, 18, 10, 0), UINT64_MAX, A | B, P_MSC, 80000, R_S775 },
		{ AT(2026, 11, 3, 9, 10, 0), UINT64_MAX, C, P_ORANGE, 240000, R_OFR104 } },
	    .dead = { { AT(2026, 10, 29, 0, 0, 0), AT(2026, 10, 30, 0, 0, 0),
			  1 << ST_VERP | 1 << ST_NEWSLETTER, 21000 },
		{ ALWAYS, 0, 8000 } },
	    .people = 240000,
	    .share = { { P_MSC, 25 }, { P_GOOGLE, 29 }, { P_YAHOO, 8 }, { P_ORANGE, 9 },
		{ P_M365, 8 }, { P_APPLE, 6 }, { P_UI, 4 }, { P_FREE, 3 }, { P_LAPOSTE, 2 },
		{ P_OTHER, 6 } },
	    .pairs = 60,
	    .forced = { AT(2026, 11, 3, 6, 42, 11) + 168412, AT(2026, 11, 3, 6, 42, 58) + 530077 },
	    .dead_ppm = 250000 },
	{ .name = "single",
	    .log_host = "mx2",
	    .fqdn = "mx2.shop.example",
	    .domain = "shop.example",
	    .nsrc = 1,
	    .sys = { "postfix" },
	    .addr = { "203.0.113.77" },
	    .start = AT(2026, 10, 31, 12, 0, 0),
	    .end = AT(2026, 11, 3, 12, 0, 0),
	    .volume = { { 0, ALL_DAY, 2000 } },
	    .trouble = { { AT(2026, 11, 3, 5, 12, 0), UINT64_MAX, A, P_MSC, ALL, R_S3150 } },
	    .dead = { { ALWAYS, 0, 5000 } },
	    .people = 40000,
	    .share = { { P_MSC, 22 }, { P_GOOGLE, 34 }, { P_YAHOO, 9 }, { P_ORANGE, 8 },
		{ P_M365, 9 }, { P_APPLE, 6 }, { P_UI, 3 }, { P_FREE, 2 }, { P_OTHER, 7 } },
	    .forced = { AT(2026, 11, 3, 5, 12, 9) + 204118 } },
	{ .name = "boring",
	    .log_host = "mx3",
	    .fqdn = "mx3.shop.example",
	    .domain = "shop.example",
	    .nsrc = 1,
	    .sys = { "postfix" },
	    .addr = { "203.0.113.90" },
	    .start = AT(2026, 10, 5, 0, 0, 0),
	    .end = AT(2026, 11, 4, 0, 0, 0),
	    .volume = { { 0, SAT | SUN, 0, 24, 420 }, { 0, ALL_DAY, 1500 } },
	    .trouble = { { AT(2026, 10, 21, 9, 40, 0), AT(2026, 10, 21, 9, 50, 0), A, P_ORANGE, ALL,
		R_TIMEOUT } },
	    .dead = { { ALWAYS, 0, 4000 } },
	    .people = 30000,
	    .share = { { P_MSC, 24 }, { P_GOOGLE, 42 }, { P_ORANGE, 18 }, { P_OTHER, 16 } },
	    .dead_ppm = 600000 },
	{ .name = "bench", /* its start, volume and end are what is asked for */
	    .log_host = "mx1",
	    .fqdn = "mx1.shop.example",
	    .domain = "shop.example",
	    .nsrc = 4,
	    .sys = { "postfix/out-1", "postfix/out-2", "postfix/out-3", "postfix/out-4" },
	    .addr = { "203.0.113.11", "203.0.113.12", "198.51.100.13", "198.51.100.14" },
	    .make = bench_make },
};

/* The bench ends before the third of November, however long it is. */
static void
bench_times(struct scen *s)
{
	uint64_t wait = DAY * opt.days / 40, need = opt.open * (DAY * opt.days / opt.deliveries);

	s->start = AT(2026, 11, 3, 0, 0, 0) - opt.days * DAY;
	s->volume[0] = (struct volume){ 0, ALL_DAY, (uint32_t)(opt.deliveries / opt.days) };
	/* 8 in 10 wait 0..x, mean x/2: 0.4 x = need; in units of 4 us to fit 32 bits */
	wait = (need < wait ? need : wait) * 10 / 4;
	wait_max_us = wait / 4 > UINT32_MAX ? UINT32_MAX : (uint32_t)(wait / 4);
}

static void
usage(void)
{
	fputs("usage: genlog aws-morning|single|boring|bench|replies [--seed N] [--out DIR|-]\n"
	      "              [--truth FILE] [--stamp 3164|3339] [--queue-ids short|long]\n"
	      "              [--scale PERCENT]                        aws-morning, single, boring\n"
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

		while (s < scenarios + LEN(scenarios) && strcmp(s->name, argv[1]) != 0)
			s++;
		if (s == scenarios + LEN(scenarios))
			usage();
		if (s->make == bench_make)
			bench_times(s);
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
