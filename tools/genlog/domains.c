/* SPDX-License-Identifier: Apache-2.0 */
/* domains.c -- the domains that mail goes to, and the hosts that answer for them. */
#include "genlog.h"

/* Domains: some of the big providers, then the tail. */

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

struct dom *doms;
uint32_t ntail, tail0; /* tail0: index of the first */

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

void
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

uint32_t
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

void
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

bool
two_hosts(const struct dom *d)
{
	return d->prov != P_OTHER || d->hoster != OWN_MX;
}

uint32_t
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
