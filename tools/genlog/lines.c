/* SPDX-License-Identifier: Apache-2.0 */
/* lines.c -- the words of a line: processes, stamps, queue ids, addresses, formats. */
#include "genlog.h"

/* Processes: a name for the log and some pids that are replaced now and then. */

struct procs pr_smtpd, pr_cleanup, pr_qmgr, pr_bounce, pr_lmtp, pr_pipe, pr_anvil, pr_error,
    pr_scache, pr_smtp[MAX_SRC];
static uint32_t next_pid = 812004;

uint32_t
new_pid(void)
{
	next_pid += 1 + below(9);
	if (next_pid > 4194000)
		next_pid = 1200 + below(500);
	return next_pid;
}

void
procs_init(struct procs *p, const char *sys, const char *prog, unsigned n)
{
	p->n = (uint8_t)snprintf(p->name, sizeof p->name, " %s %s/%s[", sc->log_host, sys, prog);
	p->npid = (uint8_t)n;
	for (unsigned i = 0; i < n; i++)
		p->pid[i] = new_pid();
}

uint32_t
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

void
head(uint64_t t, const struct procs *p, uint32_t pid)
{
	put_stamp(t);
	put(p->name, p->n);
	putu(pid);
	LIT("]: ");
}

void
eol(void)
{
	putch('\n');
	out.lines++;
}

static void
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

void
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

void
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

void
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

const char *own_addr; /* the address a reply names */

void
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

void
say(const char *f, ...)
{
	va_list ap;

	va_start(ap, f);
	vsay(f, ap);
	va_end(ap);
}

void
line(uint64_t t, const struct procs *p, uint32_t pid, const char *f, ...)
{
	va_list ap;

	head(t, p, pid);
	va_start(ap, f);
	vsay(f, ap);
	va_end(ap);
	eol();
}
