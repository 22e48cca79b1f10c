/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_audit.h"
#include "dns/zone.h"

#include "tap.h"

#include <stdlib.h>

/* The zone for all cases. The domain of a case is t.example, with the record of that case. */
static const char world[] =
    "; hosts\n"
    "one.example         A     192.0.2.1\n"
    "two.example         A     192.0.2.2\n"
    "two.example         A     198.51.100.2\n"
    "six.example         AAAA  2001:db8::6\n"
    "both.example        A     192.0.2.3\n"
    "both.example        AAAA  2001:db8::3\n"
    "alias.example       CNAME one.example\n"
    "loop.example        CNAME pool.example\n"
    "pool.example        CNAME loop.example\n"
    "empty.example       TXT   nothing of SPF\n"
    "slow.example        TIMEOUT\n"
    "broken.example      SERVFAIL\n"
    "refusing.example    REFUSED\n"
    "t.example           A     192.0.2.77\n"
    "t.example           MX    10 one.example\n"
    "mx.example          MX    10 one.example\n"
    "mx.example          MX    20 six.example\n"
    "mxslow.example      MX    10 slow.example\n"
    "mxnull.example      MX    0 .\n"
    "mxdead.example      MX    10 gone1.example\n"
    "mxdead.example      MX    10 gone2.example\n"
    "mxdead.example      MX    10 gone3.example\n"
    "mxten.example       MX    1 h1.example\n"
    "mxten.example       MX    2 h2.example\n"
    "mxten.example       MX    3 h3.example\n"
    "mxten.example       MX    4 h4.example\n"
    "mxten.example       MX    5 h5.example\n"
    "mxten.example       MX    6 h6.example\n"
    "mxten.example       MX    7 h7.example\n"
    "mxten.example       MX    8 h8.example\n"
    "mxten.example       MX    9 h9.example\n"
    "mxten.example       MX    10 h10.example\n"
    "mxeleven.example    MX    1 h1.example\n"
    "mxeleven.example    MX    2 h2.example\n"
    "mxeleven.example    MX    3 h3.example\n"
    "mxeleven.example    MX    4 h4.example\n"
    "mxeleven.example    MX    5 h5.example\n"
    "mxeleven.example    MX    6 h6.example\n"
    "mxeleven.example    MX    7 h7.example\n"
    "mxeleven.example    MX    8 h8.example\n"
    "mxeleven.example    MX    9 h9.example\n"
    "mxeleven.example    MX    10 h10.example\n"
    "mxeleven.example    MX    11 one.example\n"
    "h1.example A 198.51.100.11\nh2.example A 198.51.100.12\nh3.example A 198.51.100.13\n"
    "h4.example A 198.51.100.14\nh5.example A 198.51.100.15\nh6.example A 198.51.100.16\n"
    "h7.example A 198.51.100.17\nh8.example A 198.51.100.18\nh9.example A 198.51.100.19\n"
    "h10.example A 192.0.2.1\n"
    "; names of clients\n"
    "1.2.0.192.in-addr.arpa    PTR  mail.t.example\n"
    "mail.t.example            A    192.0.2.1\n"
    "2.2.0.192.in-addr.arpa    PTR  liar.t.example\n"
    "liar.t.example            A    203.0.113.9\n"
    "3.2.0.192.in-addr.arpa    PTR  host.other.example\n"
    "3.2.0.192.in-addr.arpa    PTR  third.t.example\n"
    "host.other.example        A    192.0.2.3\n"
    "third.t.example           A    192.0.2.3\n"
    "4.2.0.192.in-addr.arpa    TIMEOUT\n"
    "6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR six.t.example\n"
    "six.t.example             AAAA 2001:db8::6\n"
    "; records to include\n"
    "pass.example        TXT   v=spf1 ip4:192.0.2.1 -all\n"
    "soft.example        TXT   v=spf1 ~all\n"
    "neutral.example     TXT   v=spf1 ?all\n"
    "noend.example       TXT   v=spf1 ip4:203.0.113.1\n"
    "bad.example         TXT   v=spf1 ipv4:192.0.2.1 -all\n"
    "twice.example       TXT   v=spf1 -all\n"
    "twice.example       TXT   v=spf1 +all\n"
    "self.example        TXT   v=spf1 include:self.example -all\n"
    "ping.example        TXT   v=spf1 include:pong.example -all\n"
    "pong.example        TXT   v=spf1 redirect=ping.example\n"
    "parts.example       TXT   \"v=spf1 ip4:192.\" \"0.2.1 -all\"\n"
    "expl.example        TXT   v=spf1 -all exp=why.example\n"
    "five.example        TXT   v=spf1 a:one.example a:one.example a:one.example a:one.example -all\n"
    "why.example         TXT   %{i} is not one of %{d}, said %{l} at %{o}\n"
    "why2.example        TXT   \"one \" \"two\"\n"
    "why3.example        TXT   first\n"
    "why3.example        TXT   second\n"
    "why4.example        TXT   broken %{\n"
    "why5.example        TXT   see http://x.example/%{S}?t=%{t}&r=%{r}&c=%{c}\n"
    "why.none A 192.0.2.9\n";

/* Names that macros produce. */
static const char more[] =
    "jo.t.example.1.2.0.192.in-addr.x.example   A  127.0.0.2\n"
    "jo._spf.t.example                          A  127.0.0.2\n"
    "list-owner.x.example                       A  127.0.0.2\n"
    "owner.list.x.example                       A  127.0.0.2\n"
    "owner.x.example                            A  127.0.0.2\n"
    "mx1.h.example                              A  127.0.0.2\n"
    "mail.t.example.p.example                   A  127.0.0.2\n"
    "unknown.p.example                          A  127.0.0.2\n"
    "example.d.example                          A  127.0.0.2\n"
    "t.r.example                                A  127.0.0.2\n"
    "6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.x.example A 127.0.0.2\n"
    "a%b\\032c%20d.x.example                     A  127.0.0.2\n";

#define V4 "192.0.2.1"
#define V6 "2001:db8::6"
#define JO "jo@t.example"

/* lookups and voids: -1 when the case does not check them */
static const struct {
	const char *name, *record, *ip, *from;
	enum rep_spf_result want;
	const char *mechanism;
	int lookups, voids;
} cases[] = {
	/* all, qualifiers, order */
	{ "nothing but the version", "v=spf1", V4, JO, REP_SPF_NEUTRAL, NULL, 0, 0 },
	{ "a blank after the version", "v=spf1 ", V4, JO, REP_SPF_NEUTRAL, NULL, 0, 0 },
	{ "-all", "v=spf1 -all", V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "~all", "v=spf1 ~all", V4, JO, REP_SPF_SOFTFAIL, "~all", 0, 0 },
	{ "?all", "v=spf1 ?all", V4, JO, REP_SPF_NEUTRAL, "?all", 0, 0 },
	{ "+all", "v=spf1 +all", V4, JO, REP_SPF_PASS, "+all", 0, 0 },
	{ "all", "v=spf1 all", V4, JO, REP_SPF_PASS, "all", 0, 0 },
	{ "case does not matter", "V=SPF1 -ALL", V4, JO, REP_SPF_FAIL, "-ALL", 0, 0 },
	{ "the first match decides", "v=spf1 ?all -all", V4, JO, REP_SPF_NEUTRAL, "?all", 0, 0 },
	{ "behind all nothing counts", "v=spf1 -all ip4:192.0.2.1", V4, JO, REP_SPF_FAIL, "-all", 0,
	    0 },
	{ "several blanks", "v=spf1    -all  ", V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "all with an argument", "v=spf1 all:x", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "all with a prefix", "v=spf1 all/8", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a tab is no blank", "v=spf1\t-all", V4, JO, REP_SPF_NONE, NULL, 0, 0 },
	{ "a tab between terms", "v=spf1 ?all\t-all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "two qualifiers", "v=spf1 --all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a lone qualifier", "v=spf1 -", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "no such mechanism", "v=spf1 ipv4:192.0.2.1 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0,
	    0 },
	{ "an error behind the match is one", "v=spf1 ip4:192.0.2.1 foo -all", V4, JO,
	    REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "another version", "v=spf2 -all", V4, JO, REP_SPF_NONE, NULL, 0, 0 },
	{ "a version that goes on", "v=spf10 -all", V4, JO, REP_SPF_NONE, NULL, 0, 0 },
	{ "not at the beginning", " v=spf1 -all", V4, JO, REP_SPF_NONE, NULL, 0, 0 },
	/* ip4 */
	{ "ip4", "v=spf1 ip4:192.0.2.1 -all", V4, JO, REP_SPF_PASS, "ip4:192.0.2.1", 0, 0 },
	{ "ip4, another", "v=spf1 ip4:192.0.2.2 -all", V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "ip4/24", "v=spf1 ip4:192.0.2.99/24 -all", V4, JO, REP_SPF_PASS, "ip4:192.0.2.99/24", 0,
	    0 },
	{ "ip4/32", "v=spf1 ip4:192.0.2.1/32 -all", V4, JO, REP_SPF_PASS, "ip4:192.0.2.1/32", 0,
	    0 },
	{ "ip4/0", "v=spf1 ip4:203.0.113.1/0 -all", V4, JO, REP_SPF_PASS, "ip4:203.0.113.1/0", 0,
	    0 },
	{ "ip4/31 misses", "v=spf1 ip4:192.0.2.2/31 -all", V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "ip4/25 at its edge", "v=spf1 ip4:192.0.2.128/25 -all", "192.0.2.127", JO, REP_SPF_FAIL,
	    "-all", 0, 0 },
	{ "ip4/33", "v=spf1 ip4:192.0.2.1/33 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip4/024", "v=spf1 ip4:192.0.2.1/024 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip4/", "v=spf1 ip4:192.0.2.1/ -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip4//24", "v=spf1 ip4:192.0.2.1//24 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip4 of three numbers", "v=spf1 ip4:192.0.2 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0,
	    0 },
	{ "ip4 with a number too large", "v=spf1 ip4:192.0.2.256 -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 0, 0 },
	{ "ip4 of nothing", "v=spf1 ip4: -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip4 alone", "v=spf1 ip4 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip4 of a name", "v=spf1 ip4:one.example -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip4 of version 6", "v=spf1 ip4:2001:db8::6 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0,
	    0 },
	{ "ip4 does not match version 6", "v=spf1 ip4:0.0.0.0/0 -all", V6, JO, REP_SPF_FAIL, "-all",
	    0, 0 },
	{ "ip4 and a mapped client", "v=spf1 ip4:192.0.2.1 -all", "::ffff:192.0.2.1", JO,
	    REP_SPF_PASS, "ip4:192.0.2.1", 0, 0 },
	/* ip6 */
	{ "ip6", "v=spf1 ip6:2001:db8::6 -all", V6, JO, REP_SPF_PASS, "ip6:2001:db8::6", 0, 0 },
	{ "ip6/32", "v=spf1 ip6:2001:db8::/32 -all", V6, JO, REP_SPF_PASS, "ip6:2001:db8::/32", 0,
	    0 },
	{ "ip6/0", "v=spf1 ip6:::1/0 -all", V6, JO, REP_SPF_PASS, "ip6:::1/0", 0, 0 },
	{ "ip6/127 misses", "v=spf1 ip6:2001:db8::8/127 -all", V6, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "ip6/129", "v=spf1 ip6:2001:db8::/129 -all", V6, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip6//64", "v=spf1 ip6:2001:db8:://64 -all", V6, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip6 of nothing", "v=spf1 ip6 -all", V6, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip6 that is none", "v=spf1 ip6:2001:db8 -all", V6, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ip6 does not match version 4", "v=spf1 ip6:::/0 -all", V4, JO, REP_SPF_FAIL, "-all", 0,
	    0 },
	{ "ip6 in capitals", "v=spf1 IP6:2001:DB8::6 -all", V6, JO, REP_SPF_PASS, "IP6:2001:DB8::6",
	    0, 0 },
	/* a */
	{ "a of the domain", "v=spf1 a -all", "192.0.2.77", JO, REP_SPF_PASS, "a", 1, 0 },
	{ "a of the domain, another", "v=spf1 a -all", V4, JO, REP_SPF_FAIL, "-all", 1, 0 },
	{ "a/24", "v=spf1 a/24 -all", V4, JO, REP_SPF_PASS, "a/24", 1, 0 },
	{ "a//64 leaves version 4 alone", "v=spf1 a//64 -all", V4, JO, REP_SPF_FAIL, "-all", 1, 0 },
	{ "a:name", "v=spf1 a:one.example -all", V4, JO, REP_SPF_PASS, "a:one.example", 1, 0 },
	{ "a:name.", "v=spf1 a:one.example. -all", V4, JO, REP_SPF_PASS, "a:one.example.", 1, 0 },
	{ "a of the second address", "v=spf1 a:two.example -all", "198.51.100.2", JO, REP_SPF_PASS,
	    "a:two.example", 1, 0 },
	{ "a asks for AAAA", "v=spf1 a:six.example -all", V6, JO, REP_SPF_PASS, "a:six.example", 1,
	    0 },
	{ "a asks for one kind only", "v=spf1 a:six.example -all", V4, JO, REP_SPF_FAIL, "-all", 1,
	    1 },
	{ "a:both", "v=spf1 a:both.example//64 -all", V6, JO, REP_SPF_PASS, "a:both.example//64", 1,
	    0 },
	{ "a/8//64", "v=spf1 a:both.example/8//64 -all", "192.5.5.5", JO, REP_SPF_PASS,
	    "a:both.example/8//64", 1, 0 },
	{ "a of an alias", "v=spf1 a:alias.example -all", V4, JO, REP_SPF_PASS, "a:alias.example",
	    1, 0 },
	{ "a of aliases in a circle", "v=spf1 a:loop.example -all", V4, JO, REP_SPF_TEMPERROR, NULL,
	    1, 0 },
	{ "a of nothing", "v=spf1 a:gone.example -all", V4, JO, REP_SPF_FAIL, "-all", 1, 1 },
	{ "a that times out", "v=spf1 a:slow.example -all", V4, JO, REP_SPF_TEMPERROR, NULL, 1, 0 },
	{ "a that fails", "v=spf1 a:broken.example -all", V4, JO, REP_SPF_TEMPERROR, NULL, 1, 0 },
	{ "a that is refused", "v=spf1 a:refusing.example -all", V4, JO, REP_SPF_TEMPERROR, NULL, 1,
	    0 },
	{ "a match before the error", "v=spf1 ip4:192.0.2.1 a:slow.example -all", V4, JO,
	    REP_SPF_PASS, "ip4:192.0.2.1", 0, 0 },
	{ "a:", "v=spf1 a: -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a/", "v=spf1 a/ -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a/33", "v=spf1 a/33 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a//129", "v=spf1 a//129 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a:name/", "v=spf1 a:one.example/ -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a:address", "v=spf1 a:192.0.2.1 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a:one label", "v=spf1 a:example -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a:top label that ends in a hyphen", "v=spf1 a:one.example- -all", V4, JO,
	    REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "a=name is a modifier", "v=spf1 a=one.example -all", V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "an empty label makes no match", "v=spf1 a:one..example -all", V4, JO, REP_SPF_FAIL,
	    "-all", 1, 0 },
	/* mx */
	{ "mx of the domain", "v=spf1 mx -all", V4, JO, REP_SPF_PASS, "mx", 1, 0 },
	{ "mx:name", "v=spf1 mx:mx.example -all", V4, JO, REP_SPF_PASS, "mx:mx.example", 1, 0 },
	{ "mx, version 6", "v=spf1 mx:mx.example -all", V6, JO, REP_SPF_PASS, "mx:mx.example", 1,
	    1 },
	{ "mx/24", "v=spf1 mx:mx.example/24 -all", "192.0.2.250", JO, REP_SPF_PASS,
	    "mx:mx.example/24", 1, 0 },
	{ "mx, another address", "v=spf1 mx:mx.example -all", "192.0.2.9", JO, REP_SPF_FAIL, "-all",
	    1, 1 },
	{ "no mx: its address does not count", "v=spf1 mx:one.example -all", V4, JO, REP_SPF_FAIL,
	    "-all", 1, 1 },
	{ "mx of nothing", "v=spf1 mx:gone.example -all", V4, JO, REP_SPF_FAIL, "-all", 1, 1 },
	{ "null mx", "v=spf1 mx:mxnull.example -all", V4, JO, REP_SPF_FAIL, "-all", 1, 0 },
	{ "mx host that times out", "v=spf1 mx:mxslow.example -all", V4, JO, REP_SPF_TEMPERROR,
	    NULL, 1, 0 },
	{ "ten mx", "v=spf1 mx:mxten.example -all", V4, JO, REP_SPF_PASS, "mx:mxten.example", 1,
	    0 },
	{ "eleven mx", "v=spf1 mx:mxeleven.example -all", V4, JO, REP_SPF_PERMERROR, NULL, 1, 0 },
	{ "three dead mx are three void look-ups", "v=spf1 mx:mxdead.example -all", V4, JO,
	    REP_SPF_PERMERROR, NULL, 1, 3 },
	{ "mx:", "v=spf1 mx: -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "mx/99", "v=spf1 mx/99 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	/* ptr */
	{ "ptr", "v=spf1 ptr -all", V4, JO, REP_SPF_PASS, "ptr", 1, 0 },
	{ "ptr that does not lead back", "v=spf1 ptr -all", "192.0.2.2", JO, REP_SPF_FAIL, "-all",
	    1, 0 },
	{ "ptr, the second name", "v=spf1 ptr -all", "192.0.2.3", JO, REP_SPF_PASS, "ptr", 1, 0 },
	{ "ptr:another", "v=spf1 ptr:other.example -all", "192.0.2.3", JO, REP_SPF_PASS,
	    "ptr:other.example", 1, 0 },
	{ "ptr:below only", "v=spf1 ptr:her.example -all", "192.0.2.3", JO, REP_SPF_FAIL, "-all", 1,
	    0 },
	{ "ptr that times out is no error", "v=spf1 ptr -all", "192.0.2.4", JO, REP_SPF_FAIL,
	    "-all", 1, 0 },
	{ "ptr of nobody", "v=spf1 ptr -all", "192.0.2.200", JO, REP_SPF_FAIL, "-all", 1, 1 },
	{ "ptr, version 6", "v=spf1 ptr -all", V6, JO, REP_SPF_PASS, "ptr", 1, 0 },
	{ "ptr:", "v=spf1 ptr: -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "ptr/24", "v=spf1 ptr/24 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	/* exists and macros */
	{ "exists", "v=spf1 exists:one.example -all", V4, JO, REP_SPF_PASS, "exists:one.example", 1,
	    0 },
	{ "exists of nothing", "v=spf1 exists:gone.example -all", V4, JO, REP_SPF_FAIL, "-all", 1,
	    1 },
	{ "exists asks for A also for version 6", "v=spf1 exists:one.example -all", V6, JO,
	    REP_SPF_PASS, "exists:one.example", 1, 0 },
	{ "exists of AAAA alone", "v=spf1 exists:six.example -all", V6, JO, REP_SPF_FAIL, "-all", 1,
	    1 },
	{ "exists alone", "v=spf1 exists -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "exists:", "v=spf1 exists: -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "exists/24", "v=spf1 exists:one.example/24 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "exists that times out", "v=spf1 exists:slow.example -all", V4, JO, REP_SPF_TEMPERROR,
	    NULL, 1, 0 },
	{ "%{l} %{d} %{ir} %{v}", "v=spf1 exists:%{l}.%{d}.%{ir}.%{v}.x.example -all", V4, JO,
	    REP_SPF_PASS, NULL, 1, 0 },
	{ "%{ir} of version 6", "v=spf1 exists:%{ir}.%{v}.x.example -all", V6, JO, REP_SPF_PASS,
	    NULL, 1, 0 },
	{ "%{l1r-}", "v=spf1 exists:%{l1r-}.x.example -all", V4, "owner-list@t.example",
	    REP_SPF_PASS, NULL, 1, 0 },
	{ "%{lr-}", "v=spf1 exists:%{lr-}.x.example -all", V4, "list-owner@t.example", REP_SPF_PASS,
	    NULL, 1, 0 },
	{ "%{l1-} keeps the last part", "v=spf1 exists:%{l1-}.x.example -all", V4,
	    "list-owner@t.example", REP_SPF_PASS, NULL, 1, 0 },
	{ "%{l} is left as it is", "v=spf1 exists:%{l}.x.example -all", V4, "list-owner@t.example",
	    REP_SPF_PASS, NULL, 1, 0 },
	{ "%{h1r}", "v=spf1 exists:%{h1r}.h.example -all", V4, JO, REP_SPF_PASS, NULL, 1, 0 },
	{ "%{h} turned", "v=spf1 exists:%{hr1}.h.example -all", V4, JO, REP_SPF_PERMERROR, NULL, 0,
	    0 },
	{ "%{p}", "v=spf1 exists:%{p}.p.example -all", V4, JO, REP_SPF_PASS, NULL, 1, 0 },
	{ "%{p} of a liar", "v=spf1 exists:%{p}.p.example -all", "192.0.2.2", JO, REP_SPF_PASS,
	    NULL, 1, 0 },
	{ "%{p} of nobody costs no void look-up", "v=spf1 exists:%{p}.p.example -all",
	    "192.0.2.200", JO, REP_SPF_PASS, NULL, 1, 0 },
	{ "%{d1}", "v=spf1 exists:%{d1}.d.example -all", V4, JO, REP_SPF_PASS, NULL, 1, 0 },
	{ "%{d1r}", "v=spf1 exists:%{d1r}.r.example -all", V4, JO, REP_SPF_PASS, NULL, 1, 0 },
	{ "%{d99}", "v=spf1 exists:jo._spf.%{d99} -all", V4, JO, REP_SPF_PASS, NULL, 1, 0 },
	{ "%{D} in capitals", "v=spf1 exists:jo._spf.%{D} -all", V4, JO, REP_SPF_PASS, NULL, 1, 0 },
	{ "%% %_ %-", "v=spf1 exists:a%%b%_c%-d.x.example -all", V4, JO, REP_SPF_PASS, NULL, 1, 0 },
	{ "%{d0}", "v=spf1 exists:%{d0} -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "%{x}", "v=spf1 exists:%{x}.example -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "%{c} is for explanations", "v=spf1 exists:%{c}.example -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 0, 0 },
	{ "%{t} is for explanations", "v=spf1 exists:%{t}.example -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 0, 0 },
	{ "%{r} is for explanations", "v=spf1 exists:%{r}.example -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 0, 0 },
	{ "a lone %", "v=spf1 exists:100%.example -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "% at the end", "v=spf1 exists:x.example% -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "an open brace", "v=spf1 exists:%{d -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "an unknown delimiter", "v=spf1 exists:%{d;} -all", V4, JO, REP_SPF_PERMERROR, NULL, 0,
	    0 },
	{ "a macro where none may stand", "v=spf1 ip4:%{i} -all", V4, JO, REP_SPF_PERMERROR, NULL,
	    0, 0 },
	/* include */
	{ "include passes", "v=spf1 include:pass.example -all", V4, JO, REP_SPF_PASS,
	    "include:pass.example", 1, 0 },
	{ "include fails", "v=spf1 include:pass.example ?all", "192.0.2.9", JO, REP_SPF_NEUTRAL,
	    "?all", 1, 0 },
	{ "-include", "v=spf1 -include:pass.example +all", V4, JO, REP_SPF_FAIL,
	    "-include:pass.example", 1, 0 },
	{ "include of softfail", "v=spf1 include:soft.example -all", V4, JO, REP_SPF_FAIL, "-all",
	    1, 0 },
	{ "include of neutral", "v=spf1 include:neutral.example -all", V4, JO, REP_SPF_FAIL, "-all",
	    1, 0 },
	{ "include without an end", "v=spf1 include:noend.example -all", V4, JO, REP_SPF_FAIL,
	    "-all", 1, 0 },
	{ "include of no record", "v=spf1 include:empty.example -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 1, 0 },
	{ "include of no name", "v=spf1 include:gone.example -all", V4, JO, REP_SPF_PERMERROR, NULL,
	    1, 1 },
	{ "include of an error", "v=spf1 include:bad.example -all", V4, JO, REP_SPF_PERMERROR, NULL,
	    1, 0 },
	{ "include of two records", "v=spf1 include:twice.example -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 1, 0 },
	{ "include that times out", "v=spf1 include:slow.example -all", V4, JO, REP_SPF_TEMPERROR,
	    NULL, 1, 0 },
	{ "include of itself", "v=spf1 include:self.example -all", V4, JO, REP_SPF_PERMERROR, NULL,
	    11, 0 },
	{ "include in a circle", "v=spf1 include:ping.example -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 11, 0 },
	{ "include of strings", "v=spf1 include:parts.example -all", V4, JO, REP_SPF_PASS,
	    "include:parts.example", 1, 0 },
	{ "include alone", "v=spf1 include -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "include:", "v=spf1 include: -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "include/24", "v=spf1 include:pass.example/24 -all", V4, JO, REP_SPF_PERMERROR, NULL, 0,
	    0 },
	/* redirect */
	{ "redirect", "v=spf1 redirect=pass.example", V4, JO, REP_SPF_PASS, "ip4:192.0.2.1", 1, 0 },
	{ "redirect fails", "v=spf1 redirect=pass.example", "192.0.2.9", JO, REP_SPF_FAIL, "-all",
	    1, 0 },
	{ "redirect gives neutral as it is", "v=spf1 redirect=noend.example", V4, JO,
	    REP_SPF_NEUTRAL, NULL, 1, 0 },
	{ "redirect beside all", "v=spf1 ?all redirect=pass.example", V4, JO, REP_SPF_NEUTRAL,
	    "?all", 0, 0 },
	{ "redirect stands anywhere", "v=spf1 redirect=pass.example ip4:203.0.113.1", V4, JO,
	    REP_SPF_PASS, "ip4:192.0.2.1", 1, 0 },
	{ "redirect to no record", "v=spf1 redirect=empty.example", V4, JO, REP_SPF_PERMERROR, NULL,
	    1, 0 },
	{ "redirect to no name", "v=spf1 redirect=gone.example", V4, JO, REP_SPF_PERMERROR, NULL, 1,
	    1 },
	{ "redirect that times out", "v=spf1 redirect=slow.example", V4, JO, REP_SPF_TEMPERROR,
	    NULL, 1, 0 },
	{ "redirect twice", "v=spf1 redirect=pass.example redirect=soft.example", V4, JO,
	    REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "redirect of nothing", "v=spf1 redirect=", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "redirect:name", "v=spf1 redirect:pass.example", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "-redirect", "v=spf1 -redirect=pass.example", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	{ "redirect with a macro", "v=spf1 redirect=%{l}.example", V4, "pass@t.example",
	    REP_SPF_PASS, "ip4:192.0.2.1", 1, 0 },
	/* modifiers */
	{ "an unknown modifier", "v=spf1 x-y.z=%{d} -all", V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "an unknown modifier of nothing", "v=spf1 x= -all", V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "an unknown modifier, twice", "v=spf1 x=1 x=2 -all", V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "an unknown modifier with a broken macro", "v=spf1 x=%{ -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 0, 0 },
	{ "a modifier that begins with a digit", "v=spf1 1x=2 -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 0, 0 },
	{ "exp twice", "v=spf1 exp=why.example exp=why.example -all", V4, JO, REP_SPF_PERMERROR,
	    NULL, 0, 0 },
	{ "exp of nothing", "v=spf1 exp= -all", V4, JO, REP_SPF_PERMERROR, NULL, 0, 0 },
	/* limits */
	{ "ten look-ups", "v=spf1 a a a a a a a a a a ip4:192.0.2.1 -all", V4, JO, REP_SPF_PASS,
	    "ip4:192.0.2.1", 10, 0 },
	{ "eleven look-ups", "v=spf1 a a a a a a a a a a a ip4:192.0.2.1 -all", V4, JO,
	    REP_SPF_PERMERROR, NULL, 11, 0 },
	{ "eleven, but matched before", "v=spf1 ip4:192.0.2.1 a a a a a a a a a a a -all", V4, JO,
	    REP_SPF_PASS, "ip4:192.0.2.1", 0, 0 },
	{ "ten with those included", "v=spf1 include:five.example a a a a a -all", "192.0.2.9", JO,
	    REP_SPF_FAIL, "-all", 10, 0 },
	{ "eleven with those included", "v=spf1 include:five.example include:five.example a -all",
	    "192.0.2.9", JO, REP_SPF_PERMERROR, NULL, 11, 0 },
	{ "redirect is the eleventh", "v=spf1 a a a a a a a a a a redirect=pass.example", V4, JO,
	    REP_SPF_PERMERROR, NULL, 11, 0 },
	{ "ip4, ip6 and all are free",
	    "v=spf1 ip4:1.1.1.1 ip4:1.1.1.2 ip4:1.1.1.3 ip4:1.1.1.4 ip4:1.1.1.5 "
	    "ip4:1.1.1.6 ip6:::1 ip6:::2 ip6:::3 ip6:::4 ip6:::5 -all",
	    V4, JO, REP_SPF_FAIL, "-all", 0, 0 },
	{ "two void look-ups", "v=spf1 a:g1.example a:g2.example ip4:192.0.2.1 -all", V4, JO,
	    REP_SPF_PASS, "ip4:192.0.2.1", 2, 2 },
	{ "three void look-ups", "v=spf1 a:g1.example a:g2.example a:g3.example ip4:192.0.2.1 -all",
	    V4, JO, REP_SPF_PERMERROR, NULL, 3, 3 },
	{ "void of all kinds", "v=spf1 a:g1.example mx:g2.example exists:g3.example ?all", V4, JO,
	    REP_SPF_PERMERROR, NULL, 3, 3 },
	/* identities */
	{ "no local part", "v=spf1 exists:%{l}.%{d} -all", V4, "@t.example", REP_SPF_FAIL, "-all",
	    1, 1 },
	{ "no at sign", "v=spf1 ip4:192.0.2.1 -all", V4, "t.example", REP_SPF_PASS, "ip4:192.0.2.1",
	    0, 0 },
	{ "two at signs", "v=spf1 ip4:192.0.2.1 -all", V4, "\"a@b\"@t.example", REP_SPF_PASS,
	    "ip4:192.0.2.1", 0, 0 },
	{ "another case", "v=spf1 ip4:192.0.2.1 -all", V4, "jo@T.Example", REP_SPF_PASS,
	    "ip4:192.0.2.1", 0, 0 },
	{ "a final dot", "v=spf1 ip4:192.0.2.1 -all", V4, "jo@t.example.", REP_SPF_PASS,
	    "ip4:192.0.2.1", 0, 0 },
	{ "no such domain", "v=spf1 -all", V4, "jo@gone.example", REP_SPF_NONE, NULL, 0, 0 },
	{ "a domain without a record", "v=spf1 -all", V4, "jo@empty.example", REP_SPF_NONE, NULL, 0,
	    0 },
	{ "a domain with two records", "v=spf1 -all", V4, "jo@twice.example", REP_SPF_PERMERROR,
	    NULL, 0, 0 },
	{ "a domain that times out", "v=spf1 -all", V4, "jo@slow.example", REP_SPF_TEMPERROR, NULL,
	    0, 0 },
	{ "a domain that fails", "v=spf1 -all", V4, "jo@broken.example", REP_SPF_TEMPERROR, NULL, 0,
	    0 },
	{ "one label", "v=spf1 -all", V4, "jo@localhost", REP_SPF_NONE, NULL, 0, 0 },
	{ "an address in brackets", "v=spf1 -all", V4, "jo@[192.0.2.1]", REP_SPF_NONE, NULL, 0, 0 },
	{ "an empty label", "v=spf1 -all", V4, "jo@t..example", REP_SPF_NONE, NULL, 0, 0 },
	{ "the null sender is the HELO name", "v=spf1 -all", V4, "", REP_SPF_NONE, NULL, 0, 0 },
};

static struct rep_zone_memory *
zone_with(const char *record)
{
	struct rep_zone_memory *z = rep_zone_memory_new(4 << 20);
	char line[2048];
	struct rep_err err;

	if (z == NULL || rep_zone_memory_add(z, rep_str_c(world), &err) != REP_OK ||
	    rep_zone_memory_add(z, rep_str_c(more), &err) != REP_OK)
		abort();
	snprintf(line, sizeof line, "t.example TXT \"%s\"\n", record);
	if (rep_zone_memory_add(z, rep_str_c(line), &err) != REP_OK)
		abort();
	return z;
}

static void
eval(struct rep_zone_memory *z, struct rep_arena *a, const char *ip, const char *from,
    struct rep_spf_check *out)
{
	struct rep_dns_view v = rep_zone_memory_view(z);
	struct rep_spf_query q = {
		.sender = rep_str_c(from), .helo = REP_S("mx1.relay.example"), .now_s = 1700000000
	};

	if (!rep_ip_parse(rep_str_c(ip), &q.ip) || !rep_spf_eval(&q, &v, a, out))
		abort();
}

static void
test_cases(struct rep_arena *a)
{
	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		struct rep_zone_memory *z = zone_with(cases[i].record);
		struct rep_spf_check k;
		bool good;

		rep_arena_reset(a);
		eval(z, a, cases[i].ip, cases[i].from, &k);
		good = k.result == cases[i].want &&
		    (cases[i].mechanism == NULL ||
			rep_str_eq(k.mechanism, rep_str_c(cases[i].mechanism))) &&
		    (cases[i].lookups < 0 || k.lookups == (unsigned)cases[i].lookups) &&
		    (cases[i].voids < 0 || k.void_lookups == (unsigned)cases[i].voids);
		if (!ok(good, "%s: %s", cases[i].name, rep_spf_result_text(cases[i].want)))
			printf("#  got %s by \"%.*s\", %u look-ups, %u void (%.*s)\n",
			    rep_spf_result_text(k.result), REP_PR(k.mechanism), k.lookups,
			    k.void_lookups, REP_PR(k.reason));
		rep_zone_memory_free(z);
	}
}

static const struct {
	const char *name, *record, *want;
} explanations[] = {
	{ "macros in the text", "v=spf1 -all exp=why.example",
	    "192.0.2.1 is not one of t.example, said jo at t.example" },
	{ "strings are joined", "v=spf1 -all exp=why2.example", "one two" },
	{ "two records: none", "v=spf1 -all exp=why3.example", "" },
	{ "a broken macro: none", "v=spf1 -all exp=why4.example", "" },
	{ "%{S}, %{t}, %{r}, %{c}", "v=spf1 -all exp=why5.example",
	    "see http://x.example/jo%40t.example?t=1700000000&r=unknown&c=192.0.2.1" },
	{ "no such name: none", "v=spf1 -all exp=gone.example", "" },
	{ "a time-out: none, and no error", "v=spf1 -all exp=slow.example", "" },
	{ "softfail has none", "v=spf1 ~all exp=why.example", "" },
	{ "redirect brings its own", "v=spf1 redirect=expl.example",
	    "192.0.2.1 is not one of expl.example, said jo at t.example" },
	{ "include does not", "v=spf1 -include:pass.example exp=why2.example", "one two" },
};

static void
test_explanations(struct rep_arena *a)
{
	for (size_t i = 0; i < REP_COUNT(explanations); i++) {
		struct rep_zone_memory *z = zone_with(explanations[i].record);
		struct rep_spf_check k;

		rep_arena_reset(a);
		eval(z, a, V4, JO, &k);
		is_str(k.explanation, explanations[i].want, "exp: %s", explanations[i].name);
		rep_zone_memory_free(z);
	}
}

/* --- the audit ---------------------------------------------------------------------------------- */

static const struct {
	const char *name, *record;
	unsigned lookups;
} audits[] = {
	{ "a good record", "v=spf1 ip4:192.0.2.1 -all", 0 },
	{ "every branch counts", "v=spf1 ip4:192.0.2.1 include:five.example a:one.example -all",
	    6 },
	{ "ptr", "v=spf1 ip4:192.0.2.1 ptr -all", 1 },
	{ "a dead include", "v=spf1 ip4:192.0.2.1 include:gone.example -all", 1 },
	{ "a dead name", "v=spf1 ip4:192.0.2.1 a:gone.example ~all", 1 },
	{ "behind all it costs nothing", "v=spf1 ip4:192.0.2.1 -all mx", 0 },
	{ "redirect", "v=spf1 ip4:192.0.2.1 a:gone.example redirect=pass.example", 2 },
	{ "redirect beside all costs nothing", "v=spf1 redirect=pass.example -all", 0 },
	{ "twelve",
	    "v=spf1 a:one.example a:two.example a:both.example mx:mx.example exists:%{i}.x.example "
	    "include:five.example exists:%{l}.x.example exists:%{h}.x.example -all",
	    12 },
	{ "a loop ends", "v=spf1 include:t.example -all", 1 },
};

static void
test_audits(struct rep_arena *a)
{
	struct rep_spf_audit o;
	struct rep_name domain;

	(void)rep_name_parse(REP_S("t.example"), &domain);
	for (size_t i = 0; i < REP_COUNT(audits); i++) {
		struct rep_zone_memory *z = zone_with(audits[i].record);
		struct rep_dns_view v = rep_zone_memory_view(z);

		rep_arena_reset(a);
		if (!rep_spf_audit(&domain, &v, a, &o))
			abort();
		is_int(o.lookups, audits[i].lookups, "audit, look-ups: %s", audits[i].name);
		rep_zone_memory_free(z);
	}
}

/* The name that the check of a term leads to is the one that the walk over the record shows. */
static void
test_targets(struct rep_arena *a)
{
#define LONG "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-abcdefgh."
	static const struct {
		const char *term, *target; /* NULL: it is no name */
	} targets[] = {
		{ "a:gone.example", "gone.example" },
		{ "a:gone.example.", "gone.example" },
		{ "a:x.%{d}", "x.below.t.example" },
		{ "a:x.%{d2}", "x.t.example" },
		{ "a:x.%{d2}.gone.example.", "x.t.example.gone.example" },
		{ "a:x.%{o1r}.%{d1}", "x.t.example" },
		{ "a:%{o1r-}.%{d1}", "t.example.example" }, /* split at "-" only, one part */
		{ "a:%{d2r}.gone.example", "t.below.gone.example" },
		{ "a:" LONG LONG LONG LONG "%{d}", LONG LONG LONG "below.t.example" },
		{ "a:" LONG LONG LONG LONG "example", LONG LONG LONG "example" },
		{ "a:" LONG LONG LONG LONG LONG "example.", LONG LONG LONG "example" },
		{ "a:x..%{d}", NULL },
	};
	struct rep_name domain, want, walked, checked;
	struct rep_spf_audit o;
	struct rep_spf_check k;
	struct rep_err err;
	char line[1024];

	(void)rep_name_parse(REP_S("t.example"), &domain);
	for (size_t i = 0; i < REP_COUNT(targets); i++) {
		/* The dot at the end of the name is none of %{d}. */
		struct rep_zone_memory *z = zone_with("v=spf1 include:below.t.example. -all");
		struct rep_dns_view v = rep_zone_memory_view(z);
		struct rep_str seen = { "", 0 };
		bool by_walk, by_check;

		rep_arena_reset(a);
		snprintf(
		    line, sizeof line, "below.t.example TXT \"v=spf1 %s -all\"\n", targets[i].term);
		if (rep_zone_memory_add(z, rep_str_c(line), &err) != REP_OK ||
		    !rep_spf_audit(&domain, &v, a, &o) || o.n < 2)
			abort();
		eval(z, a, V4, JO, &k);
		for (size_t s = 0; s < k.n; s++)
			if (rep_str_eq(k.steps[s].term, rep_str_c(targets[i].term)))
				seen = k.steps[s].target;
		by_check = rep_name_raw(seen, &checked);
		by_walk = rep_spf_target(&o.leaf[1], &domain, &walked);
		if (targets[i].target == NULL) {
			ok(!by_check && !by_walk, "target: %s is no name", targets[i].term);
		} else {
			(void)rep_name_parse(rep_str_c(targets[i].target), &want);
			ok(by_check && rep_name_eq(&checked, &want), "target: %s", targets[i].term);
			ok(by_walk && rep_name_eq(&walked, &want), "walk: %s", targets[i].term);
		}
		rep_zone_memory_free(z);
	}
}

int
main(void)
{
	struct rep_arena *a = rep_arena_new(32 << 20);

	if (a == NULL)
		return 1;
	is_int(REP_COUNT(cases) >= 150, 1, "at least 150 cases (%zu)", REP_COUNT(cases));
	test_cases(a);
	test_explanations(a);
	test_audits(a);
	test_targets(a);
	rep_arena_free(a);
	return done();
}
