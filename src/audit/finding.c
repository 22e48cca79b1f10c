/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/finding.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * `effect` must come from facts (doc/sources.md). If it does not name a provider, we do not know
 * what that one does.
 */
static const struct kind {
	enum rep_severity severity;
	const char *title, *effect, *reference;
} rows[REP_FINDING_N] = {
	[REP_FINDING_DOMAIN_MISSING] = { REP_CRITICAL, "The domain does not exist",
	    "Many receivers refuse mail from a domain that does not exist, and bounces and replies "
	    "cannot reach it. Nothing of SPF, DKIM and DMARC can be there.",
	    "RFC 5321, 2.3.5" },
	/* SPF */
	[REP_FINDING_SPF_MISSING] = { REP_CRITICAL, "The domain has no SPF record",
	    "Microsoft (Outlook.com), Google and Yahoo require SPF from everybody who sends them "
	    "5,000 messages a day, Orange from every sender: mail is refused or goes to junk (550 "
	    "5.7.515 at Outlook.com, 550 5.7.26 at Gmail).",
	    "RFC 7208, 3; sender rules of Google and Yahoo (2024), Microsoft (2025), Orange" },
	[REP_FINDING_SPF_SEVERAL] = { REP_CRITICAL, "The domain has more than one SPF record",
	    "Every receiver treats that as an error (permerror), as if there were no SPF.",
	    "RFC 7208, 3.2 and 4.5" },
	[REP_FINDING_SPF_SYNTAX] = { REP_CRITICAL, "The SPF record has an error",
	    "Every receiver treats that as an error (permerror), as if there were no SPF.",
	    "RFC 7208, 4.6" },
	[REP_FINDING_SPF_TOO_MANY_LOOKUPS] = { REP_CRITICAL,
	    "The SPF record needs more than 10 DNS lookups",
	    "Receivers stop with an error (permerror) at the eleventh: messages that match before "
	    "it pass, all others fail SPF. Microsoft refuses some of them with 550 5.7.23.",
	    "RFC 7208, 4.6.4" },
	[REP_FINDING_SPF_DEAD_INCLUDE] = { REP_CRITICAL,
	    "The SPF record includes a record that cannot be used",
	    "An include without a record is an error (permerror) for every message that does not match "
	    "before it.",
	    "RFC 7208, 5.2" },
	[REP_FINDING_SPF_DOES_NOT_COVER] = { REP_CRITICAL,
	    "The SPF record does not cover one of your addresses",
	    "Mail from it fails SPF; DMARC then depends on DKIM alone. Orange requires SPF.",
	    "RFC 7208, 2.4" },
	[REP_FINDING_SPF_PASS_ALL] = { REP_SERIOUS, "The SPF record lets anybody send",
	    "Anybody may send as your domain, and what they send counts against it. Google and "
	    "Microsoft give no credit for such a pass.",
	    "RFC 7208, 5.1" },
	[REP_FINDING_SPF_TOO_BROAD] = { REP_WARNING,
	    "The SPF record covers far more addresses than a sender has",
	    "Strangers in these ranges pass SPF as your domain.", "RFC 7208, 10.1" },
	[REP_FINDING_SPF_MANY_MX] = { REP_CRITICAL,
	    "An mx in the SPF record leads to more than 10 hosts",
	    "Receivers stop there with an error (permerror): what follows in the record does not "
	    "count.",
	    "RFC 7208, 4.6.4" },
	[REP_FINDING_SPF_TOO_MANY_VOID] = { REP_SERIOUS,
	    "More than 2 lookups of the SPF record find nothing",
	    "Receivers may stop with an error (permerror) at the third; Microsoft and Google do.",
	    "RFC 7208, 4.6.4" },
	[REP_FINDING_SPF_DEAD_NAME] = { REP_WARNING, "A name in the SPF record leads to nothing",
	    "It costs a lookup and matches nobody; the third such name is an error.",
	    "RFC 7208, 4.6.4" },
	[REP_FINDING_SPF_PTR] = { REP_WARNING, "The SPF record uses ptr",
	    "ptr is slow and fails at random, and large receivers skip it.", "RFC 7208, 5.5" },
	[REP_FINDING_SPF_NO_ALL] = { REP_WARNING, "The SPF record says nothing about other senders",
	    "Without \"all\", or with ?all, everybody else gets the result neutral: the record says "
	    "nothing about forgeries.",
	    "RFC 7208, 4.7" },
	[REP_FINDING_SPF_DUPLICATE] = { REP_INFO, "The SPF record says the same twice",
	    "It makes the record longer, and may cost a lookup.", "RFC 7208, 4.6.4" },
	[REP_FINDING_SPF_AFTER_ALL] = { REP_WARNING, "The SPF record has terms after \"all\"",
	    "They are never evaluated.", "RFC 7208, 5.1" },
	[REP_FINDING_SPF_NEAR_LIMIT] = { REP_INFO,
	    "The SPF record is close to the limit of 10 lookups",
	    "If a service that it includes adds a lookup, the whole record breaks.",
	    "RFC 7208, 4.6.4" },
	[REP_FINDING_SPF_NO_EFFECT] = { REP_WARNING, "A part of the SPF record has no effect",
	    "What it was meant to allow is not allowed by it.", "RFC 7208, 6 and 6.1" },
	[REP_FINDING_SPF_REFUSED_SERVICE] = { REP_WARNING,
	    "The SPF record names a service, and does not let it pass",
	    "A sign before include: is the result for all that it lists: mail from there fails SPF, "
	    "or gets no result.",
	    "RFC 7208, 4.6.2" },
	[REP_FINDING_SPF_BESIDE] = { REP_WARNING, "A TXT record resembles SPF, and nobody reads it",
	    "What it was meant to allow is not allowed by it.", "RFC 7208, 4.5" },
	[REP_FINDING_SPF_OVERLAP] = { REP_INFO,
	    "The SPF record has a network inside of another one",
	    "It makes the record longer, and changes nothing.", "RFC 7208, 3.4" },
	[REP_FINDING_SPF_LARGE] = { REP_INFO, "The SPF record is longer than 512 bytes",
	    "The answer does not fit into a DNS message of the old size; some resolvers and "
	    "firewalls lose larger ones.",
	    "RFC 7208, 3.4" },
	[REP_FINDING_SPF_UNKNOWN] = { REP_SERIOUS, "The SPF record could not be looked up",
	    "Receivers with the same problem defer or distrust your mail (temperror).",
	    "RFC 7208, 2.6.6" },
	/* DKIM */
	[REP_FINDING_DKIM_NONE_FOUND] = { REP_INFO,
	    "No DKIM key was found under the usual selectors",
	    "Microsoft, Google and Yahoo require DKIM from large senders. A selector with an "
	    "unusual name cannot be found from outside: give it with --selector.",
	    "RFC 6376, 3.6.2; sender rules of Google, Yahoo, Microsoft" },
	[REP_FINDING_DKIM_KEY_MISSING] = { REP_CRITICAL, "A selector has no DKIM key",
	    "Every signature made with it fails: \"no key for signature\".", "RFC 6376, 6.1.2" },
	[REP_FINDING_DKIM_KEY_SYNTAX] = { REP_CRITICAL, "A DKIM key cannot be read",
	    "Every signature made with it fails.", "RFC 6376, 3.6.1" },
	[REP_FINDING_DKIM_KEY_REVOKED] = { REP_WARNING, "A DKIM key is revoked",
	    "Signatures made with it fail. This is right for a retired selector.",
	    "RFC 6376, 3.6.1" },
	[REP_FINDING_DKIM_KEY_SHORT] = { REP_CRITICAL, "A DKIM key is shorter than 1024 bits",
	    "Receivers must not accept its signatures; Google has not since 2012.",
	    "RFC 8301, 3.2" },
	[REP_FINDING_DKIM_ONLY_ED25519] = { REP_SERIOUS, "The only DKIM key is an ed25519 key",
	    "Not every receiver verifies ed25519 (Microsoft does not say that it does): for those "
	    "that do not, the mail is unsigned.",
	    "RFC 8463" },
	[REP_FINDING_DKIM_KEY_WEAK] = { REP_WARNING, "A DKIM key has fewer than 2048 bits",
	    "It is accepted today; signers should use 2048.", "RFC 8301, 3.2" },
	[REP_FINDING_DKIM_KEY_TESTING] = { REP_WARNING, "A DKIM key is marked as a test (t=y)",
	    "Receivers may treat its mail as unsigned.", "RFC 6376, 3.6.1" },
	[REP_FINDING_DKIM_KEY_SHA1] = { REP_CRITICAL, "A DKIM key allows SHA-1 only",
	    "Such signatures must not be accepted.", "RFC 8301, 3.1" },
	[REP_FINDING_DKIM_KEY_SEVERAL] = { REP_SERIOUS, "A selector has more than one DKIM key",
	    "Receivers pick one at random, so signatures fail now and then.", "RFC 6376, 3.6.2.2" },
	[REP_FINDING_DKIM_KEY_NOT_EMAIL] = { REP_CRITICAL, "A DKIM key is not for mail (s=)",
	    "Its signatures on mail are not accepted.", "RFC 6376, 3.6.1" },
	[REP_FINDING_DKIM_ANSWER_LARGE] = { REP_WARNING,
	    "The answer with a DKIM key does not fit into one UDP packet",
	    "Above 1232 bytes it needs TCP. Outlook.com then sometimes says \"no key for "
	    "signature\" while other receivers pass it.",
	    "RFC 6376, 3.6.2; DNS flag day 2020" },
	[REP_FINDING_DKIM_CNAME_CHAIN] = { REP_WARNING,
	    "A DKIM key is behind a chain of aliases "
	    "(CNAME)",
	    "Each alias is another name server that must answer in time; Outlook.com gives up early.",
	    "RFC 6376, 3.6.2" },
	[REP_FINDING_DKIM_NS_FAILING] = { REP_SERIOUS, "A name server does not give the DKIM key",
	    "When Outlook.com asks that one, it says \"no key for signature\" or temperror, while "
	    "others pass.",
	    "Microsoft, email authentication troubleshooting (2026)" },
	[REP_FINDING_DKIM_NS_NO_TCP] = { REP_WARNING, "A name server does not answer over TCP",
	    "Large answers are lost there.", "RFC 7766, 5" },
	[REP_FINDING_DKIM_NS_SLOW] = { REP_WARNING,
	    "A name server is slow to answer for the DKIM "
	    "key",
	    "Outlook.com gives up and says temperror.",
	    "Microsoft, email authentication troubleshooting (2026)" },
	/* DMARC */
	[REP_FINDING_DMARC_MISSING] = { REP_CRITICAL, "The domain has no DMARC record",
	    "Google, Yahoo and Microsoft require one (p=none is enough) from large senders: 550 "
	    "5.7.515 at Outlook.com, 550 5.7.26 at Gmail.",
	    "RFC 9989, 4.10; sender rules of Google, Yahoo, Microsoft" },
	[REP_FINDING_DMARC_SEVERAL] = { REP_CRITICAL,
	    "There is more than one DMARC record at one name", "Receivers then use none of them.",
	    "RFC 9989, 4.10; RFC 7489, 6.6.3" },
	[REP_FINDING_DMARC_SYNTAX] = { REP_CRITICAL, "The DMARC record has an error",
	    "Receivers ignore the record, or the part with the error.", "RFC 9989, 4.7" },
	[REP_FINDING_DMARC_NOT_READ] = { REP_WARNING,
	    "A TXT record was meant for DMARC, but receivers do not read it",
	    "It has no effect: the policy of another record is in force.", "RFC 9989, 4.7, 4.10" },
	[REP_FINDING_DMARC_UNKNOWN] = { REP_SERIOUS, "The DMARC record could not be looked up",
	    "Receivers with the same problem get temperror.", "RFC 9989, 4.10" },
	[REP_FINDING_DMARC_NONE] = { REP_INFO, "The DMARC policy is none",
	    "This is enough for the rules of Google, Yahoo and Microsoft, but forgeries are "
	    "delivered.",
	    "RFC 9989, 4.7" },
	[REP_FINDING_DMARC_NO_RUA] = { REP_WARNING, "Nobody gets the DMARC reports",
	    "Without rua= you learn about failures only from bounces.", "RFC 9989, 4.7" },
	[REP_FINDING_DMARC_RUA_UNAUTHORIZED] = { REP_WARNING,
	    "A report address in another domain has not agreed to get reports",
	    "Receivers send no reports there.", "RFC 9990, 4; RFC 7489, 7.1" },
	[REP_FINDING_DMARC_RUA_SYNTAX] = { REP_WARNING, "A report address cannot be read",
	    "Receivers send no reports there.", "RFC 9989, 4.7" },
	[REP_FINDING_DMARC_RUA_NO_MAIL] = { REP_WARNING,
	    "A report address is in a domain that takes no mail", "Reports sent there are lost.",
	    "RFC 9990, 4; RFC 7505" },
	[REP_FINDING_DMARC_TAG] = { REP_WARNING,
	    "A tag of the DMARC record has a value that does not exist",
	    "Receivers treat it as if it were not there.", "RFC 9989, 4.7" },
	[REP_FINDING_DMARC_TWICE] = { REP_SERIOUS,
	    "A tag of the DMARC record is there more than once",
	    "Receivers differ: some use the first value, others the last one, others nothing of the "
	    "record, as if there were no DMARC.",
	    "RFC 9989, 4.7; RFC 6376, 3.2" },
	[REP_FINDING_DMARC_OLD_TAGS] = { REP_INFO,
	    "The DMARC record uses tags that no longer "
	    "exist",
	    "RFC 9989 removed pct, rf and ri; some receivers still read pct.",
	    "RFC 9989, appendix C" },
	[REP_FINDING_DMARC_PCT] = { REP_WARNING,
	    "The DMARC policy applies to only part of the mail",
	    "Receivers that follow RFC 9989 ignore pct and apply the policy to all mail; others "
	    "apply it to a part, and the next weaker one to the rest.",
	    "RFC 9989, appendix C; RFC 7489, 6.6.4" },
	[REP_FINDING_DMARC_WALK_DIFFERS] = { REP_WARNING,
	    "The tree walk and the Public Suffix List find different records",
	    "Receivers that follow RFC 9989 and those that follow RFC 7489 treat the same message "
	    "differently.",
	    "RFC 9989, 4.10; RFC 7489, 3.2" },
	[REP_FINDING_DMARC_ORG_DIFFERS] = { REP_WARNING,
	    "The tree walk and the Public Suffix List disagree on the organizational domain",
	    "Relaxed alignment differs between receivers.", "RFC 9989, 4.10.2; RFC 7489, 3.2" },
	[REP_FINDING_DMARC_TESTING] = { REP_INFO, "The DMARC record is marked as a test (t=y)",
	    "Receivers that follow RFC 9989 apply a policy that is one step weaker.",
	    "RFC 9989, 4.7" },
	[REP_FINDING_DMARC_SUBDOMAINS_OPEN] = { REP_WARNING,
	    "Subdomains are less protected than the domain", "Forgers can use a subdomain.",
	    "RFC 9989, 4.7 (sp, np)" },
	[REP_FINDING_RECORD_AT_WRONG_NAME] = { REP_SERIOUS,
	    "A record is published at the wrong name",
	    "Nobody looks there, so to receivers the record is missing.", "RFC 1035, 5.1" },
	[REP_FINDING_NS_FEW] = { REP_WARNING, "The domain has fewer than two name servers",
	    "While it does not answer, SPF, DKIM and DMARC cannot be looked up, and receivers defer "
	    "your mail.",
	    "RFC 1034, 4.1; RFC 2182, 5" },
	[REP_FINDING_NS_FAILING] = { REP_WARNING, "A name server does not answer for the domain",
	    "Receivers that ask this one wait, and ask another; when they give up, they defer your "
	    "mail.",
	    "RFC 1912, 2.8; RFC 2182, 5" },
	/* domains that send no mail */
	[REP_FINDING_PARKED_INCOMPLETE] = { REP_WARNING,
	    "The domain sends no mail, but does not say so in full",
	    "Until it does, forgers can use the domain: \"-all\", a null MX and p=reject prevent "
	    "that.",
	    "RFC 7208, 10.1.2; RFC 7505; RFC 9989, 4.7" },
	/* MX, TLS */
	[REP_FINDING_MX_MISSING] = { REP_SERIOUS, "The domain has neither MX nor address",
	    "Bounces and replies cannot reach it. Orange requires that the sender domain has an "
	    "MX or address; Microsoft requires a From address that can receive mail.",
	    "RFC 5321, 5.1; sender rules of Orange and Microsoft" },
	[REP_FINDING_MX_DEAD] = { REP_SERIOUS, "An MX has no address",
	    "Mail to it waits or is lost. Where no other MX works, receivers that look whether "
	    "bounces could come back refuse your mail.",
	    "RFC 5321, 5.1" },
	[REP_FINDING_MX_CNAME] = { REP_WARNING, "An MX points to an alias (CNAME)",
	    "Some servers refuse to follow it.", "RFC 2181, 10.3" },
	[REP_FINDING_MX_UNKNOWN] = { REP_WARNING, "The MX could not be looked up",
	    "Other servers may have the same problem.", "RFC 5321, 5.1" },
	[REP_FINDING_MX_NULL_SENDS] = { REP_SERIOUS,
	    "The domain sends mail, but says that it takes none (null MX)",
	    "Replies and bounces cannot reach it, so receivers may refuse its mail: Postfix does, with "
	    "550 5.7.27, where unknown sender domains are refused.",
	    "RFC 7505, 4.2" },
	[REP_FINDING_MX_NULL_BESIDE] = { REP_WARNING, "There is a null MX beside other MX",
	    "A null MX must stand alone. Some senders try \".\" as a host, others give up.",
	    "RFC 7505, 3" },
	[REP_FINDING_MX_PRIVATE] = { REP_SERIOUS,
	    "An MX has an address that cannot be reached from outside",
	    "Mail to that address waits and bounces. Where no other MX works, receivers that look "
	    "whether bounces could come back refuse your mail.",
	    "RFC 6890; RFC 5321, 5.1" },
	[REP_FINDING_MX_LITERAL] = { REP_SERIOUS, "An MX is an address, not the name of a host",
	    "Senders look for a host of that name and find none. Where no other MX works, receivers "
	    "that look whether bounces could come back refuse your mail.",
	    "RFC 1035, 3.3.9; RFC 5321, 5.1" },
	[REP_FINDING_MX_ADDRESS_UNKNOWN] = { REP_WARNING,
	    "The address of an MX could not be looked up",
	    "Senders with the same problem try again later, and return the mail after some days.",
	    "RFC 5321, 5.1" },
	[REP_FINDING_MTA_STS_INVALID] = { REP_WARNING,
	    "MTA-STS is announced, but its policy cannot be used",
	    "Google and Microsoft report it by TLS-RPT; with an old policy in mode enforce they "
	    "may hold mail back.",
	    "RFC 8461, 3" },
	[REP_FINDING_MTA_STS_MX] = { REP_SERIOUS, "An MX is not in the MTA-STS policy",
	    "With mode enforce Google and Microsoft deliver nothing to it.", "RFC 8461, 4.1" },
	[REP_FINDING_MTA_STS_MAX_AGE] = { REP_WARNING,
	    "The policy of MTA-STS is valid for less than a day",
	    "Senders forget it between two mails, so an attacker who blocks one fetch switches it "
	    "off. Weeks are usual.",
	    "RFC 8461, 3.2" },
	[REP_FINDING_TLS_RPT_MISSING] = { REP_INFO, "Nobody gets reports on TLS failures",
	    "You do not learn when mail to you fails because of TLS.", "RFC 8460, 3" },
	[REP_FINDING_TLS_RPT_SYNTAX] = { REP_WARNING, "The TLS-RPT record has an error",
	    "It is ignored.", "RFC 8460, 3" },
	[REP_FINDING_TLS_RPT_RUA] = { REP_WARNING, "TLS reports go where they cannot arrive",
	    "Reports to that address are lost.", "RFC 8460, 3" },
	[REP_FINDING_TLSA_UNUSABLE] = { REP_WARNING, "Senders cannot use a TLSA record of an MX",
	    "They ignore it. Where no other record is usable, they encrypt without checking the "
	    "certificate.",
	    "RFC 7672, 3.1; RFC 6698, 2.1" },
	[REP_FINDING_TLSA_NO_DNSSEC] = { REP_INFO,
	    "An MX has a TLSA record, but its zone is not signed",
	    "Without DNSSEC no sender uses the record.", "RFC 7672, 2.2" },
	[REP_FINDING_MX_NO_TLS] = { REP_WARNING, "An MX takes mail only without encryption",
	    "Everybody on the way can read and change mail to you.", "RFC 3207; RFC 8314" },
	[REP_FINDING_MX_CERTIFICATE] = { REP_INFO, "The certificate of an MX does not fit",
	    "Senders encrypt all the same, as long as neither MTA-STS nor DANE promises more.",
	    "RFC 8461, 4.1; RFC 7672, 1.3.2" },
	[REP_FINDING_MX_TLS_UNKNOWN] = { REP_INFO, "Whether an MX encrypts could not be seen",
	    "Nothing is known of it. Port 25 is often closed for this machine, not for senders.",
	    "RFC 3207" },
	[REP_FINDING_TLSA_MISMATCH] = { REP_SERIOUS, "No TLSA record fits the certificate of an MX",
	    "Senders that check DANE deliver nothing to it.", "RFC 7672, 2.2, 3.1" },
	[REP_FINDING_CAA_FORBIDS] = { REP_WARNING,
	    "No authority may issue a certificate that MTA-STS needs",
	    "When the present certificate ends, it cannot be renewed. Then senders cannot fetch the "
	    "policy, or with mode enforce deliver nothing to that MX.",
	    "RFC 8659, 3 and 4; RFC 8461, 3.3 and 4.1" },
	[REP_FINDING_CAA_SYNTAX] = { REP_WARNING,
	    "A CAA record does not say what it was meant to say",
	    "A value that cannot be read lets nobody issue a certificate; a property that authorities do "
	    "not know is ignored, but with the flag 128 it lets nobody issue either.",
	    "RFC 8659, 4.1 and 4.2" },
	[REP_FINDING_BIMI_SYNTAX] = { REP_INFO, "The BIMI record has an error", "No logo is shown.",
	    "BIMI draft, 4.2" },
	[REP_FINDING_BIMI_POLICY] = { REP_INFO,
	    "BIMI is published, but the DMARC policy is too "
	    "weak for it",
	    "No logo is shown: Google and Yahoo want p=quarantine or p=reject, for all mail, and at "
	    "the organizational domain too.",
	    "BIMI draft, 7.1" },
	/* identity */
	[REP_FINDING_PTR_MISSING] = { REP_CRITICAL, "The address has no PTR name (reverse DNS)",
	    "Google refuses mail with 550 5.7.25, Orange and Yahoo refuse or defer it, "
	    "Outlook.com moves it to junk.",
	    "RFC 1912, 2.1; sender rules of Google, Yahoo, Orange" },
	[REP_FINDING_PTR_UNCONFIRMED] = { REP_CRITICAL,
	    "The PTR name of the address does not resolve back to it",
	    "Providers treat that as no name: Google refuses with 550 5.7.25, Orange and Yahoo "
	    "refuse or defer.",
	    "RFC 8601, 2.7.3; sender rules of Google, Yahoo, Orange" },
	[REP_FINDING_PTR_GENERIC] = { REP_SERIOUS,
	    "The PTR name of the address is the generic "
	    "one of its cloud",
	    "Policy lists (Spamhaus PBL, Abusix, SPFBL) list such addresses, and Orange uses "
	    "Abusix. SNDS and Spamhaus want a name of your own.",
	    "M3AAWG sending practices; providers' sender rules" },
	[REP_FINDING_PTR_FOREIGN] = { REP_WARNING,
	    "The PTR name of the address belongs to "
	    "somebody else",
	    "The address appears to belong to another organisation; a PTR name in your own domain "
	    "helps at Microsoft (SNDS access) and Orange.",
	    "M3AAWG sending practices" },
	[REP_FINDING_PTR_SYNTAX] = { REP_WARNING, "The PTR name is not a host name",
	    "Receivers that check names strictly treat it as none.", "RFC 1123, 2.1" },
	[REP_FINDING_PTR_SEVERAL] = { REP_WARNING, "The address has several PTR names",
	    "Receivers use any one of them.", "RFC 1912, 2.1" },
	[REP_FINDING_PTR_UNKNOWN] = { REP_SERIOUS,
	    "The PTR name of the address could not be "
	    "looked up",
	    "Receivers with the same problem defer your mail.", "RFC 8601, 2.7.3" },
	[REP_FINDING_HELO_UNCONFIRMED] = { REP_SERIOUS,
	    "The HELO name does not resolve to the address",
	    "Orange wants a real host name; Microsoft looks HELO up in Spamhaus (S8001).",
	    "RFC 5321, 4.1.1.1; sender rules of Orange" },
	[REP_FINDING_HELO_SYNTAX] = { REP_SERIOUS, "The HELO name is not a full host name",
	    "Orange and many others refuse it.", "RFC 5321, 4.1.1.1" },
	/* lists */
	[REP_FINDING_LISTED_ABUSE] = { REP_CRITICAL, "The address is on an abuse blocklist",
	    "Microsoft 365 and Yahoo use Spamhaus, Orange uses Abusix and Spamhaus. Receivers "
	    "that use the list refuse your mail.",
	    "RFC 5782; the list itself" },
	[REP_FINDING_LISTED_MINOR] = { REP_WARNING,
	    "The address is on a blocklist that few "
	    "receivers use",
	    "Some smaller receivers refuse mail.", "RFC 5782; the list itself" },
	[REP_FINDING_LISTED_POLICY] = { REP_INFO,
	    "The address is on a policy list (kind of "
	    "address)",
	    "The list says what kind of address it is, not what it did. Receivers that use "
	    "Spamhaus ZEN refuse mail from addresses on the Spamhaus PBL.",
	    "RFC 5782; the list itself" },
	[REP_FINDING_LISTED_RANGE] = { REP_INFO, "The neighbourhood of the address is on a list",
	    "No large provider uses these lists. You need not do anything.",
	    "RFC 5782; the list itself" },
	[REP_FINDING_LISTED_DOMAIN] = { REP_CRITICAL, "The domain is on a list",
	    "Microsoft and others refuse mail that contains the domain.",
	    "RFC 5782; the list itself" },
	[REP_FINDING_LISTS_REFUSE_RESOLVER] = { REP_INFO, "Blocklists refuse your resolver",
	    "So whether you are listed there is unknown. Your mail server's own checks of "
	    "incoming mail fail in the same way.",
	    "Spamhaus, 2022-09-22; URIBL, refused" },
	[REP_FINDING_LISTS_UNKNOWN] = { REP_WARNING, "Nothing is known of any blocklist",
	    "Whether you are listed is unknown, which is not the same as not being listed. What "
	    "your mail server asks of lists through the same resolver fails too.",
	    "RFC 5782, 5" },
	[REP_FINDING_DNSSEC_BOGUS] = { REP_CRITICAL,
	    "The DNSSEC signatures are wrong (bogus): some receivers see no records at all",
	    "A receiver whose resolver checks signatures gets SERVFAIL for these names. SPF, DKIM "
	    "and DMARC end in a temporary error there, your mail is deferred and then returned, and "
	    "mail to you is not delivered. Receivers that do not check see nothing wrong, so it "
	    "looks like trouble with a few of them.",
	    "RFC 4035, 5.5; RFC 7208, 2.6.6" },
	[REP_FINDING_DNSSEC_BOGUS_ELSEWHERE] = { REP_CRITICAL,
	    "The DNSSEC signatures are wrong (bogus) in a zone of others that yours depends on",
	    "A receiver whose resolver checks signatures gets SERVFAIL for these names. What "
	    "needs them (DKIM, DMARC) ends in a temporary error there, and your mail may be "
	    "deferred. Receivers that do not check see nothing wrong.",
	    "RFC 4035, 5.5; RFC 7208, 2.6.6" },
};

const char *
rep_finding_title(enum rep_finding_id id)
{
	return rows[id].title;
}

void
rep_findings_init(struct rep_findings *f, struct rep_arena *a)
{
	f->a = a;
	f->n = f->dropped = 0;
}

struct rep_finding *
rep_finding_add(
    struct rep_findings *f, enum rep_finding_id id, struct rep_str subject, struct rep_str evidence)
{
	static struct rep_finding nowhere;
	const struct kind *r = &rows[id];

	assert(r->title != NULL);
	/* In case the caller forgot rep_shown. Text that is safe already stays as it is. */
	subject = rep_shown(f->a, subject, subject.n);
	evidence = rep_shown(f->a, evidence, evidence.n);
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].number == id && rep_str_eq(f->v[i].subject, subject) &&
		    rep_str_eq(f->v[i].evidence, evidence))
			return &f->v[i];
	if (f->n == REP_FINDINGS_MAX) {
		f->dropped++;
		nowhere = (struct rep_finding){ .number = id };
		return &nowhere;
	}
	f->v[f->n] = (struct rep_finding){ .number = id,
		.id = rep_finding_names[id],
		.severity = r->severity,
		.title = r->title,
		.effect = r->effect,
		.reference = r->reference,
		.subject = subject,
		.evidence = evidence };
	return &f->v[f->n++];
}

struct rep_str
rep_finding_text(struct rep_findings *f, const char *fmt, ...)
{
	struct rep_str out;
	va_list ap;

	va_start(ap, fmt);
	out = rep_arena_vprintf(f->a, fmt, ap);
	va_end(ap);
	return out;
}

static struct rep_str
below(struct rep_arena *a, struct rep_str above, struct rep_str line)
{
	if (above.n == 0 || line.n == 0)
		return above.n == 0 ? line : above;
	return rep_arena_printf(a, "%.*s%s%.*s", REP_PR(above),
	    rep_str_ends(above, REP_S("\n")) ? "" : "\n", REP_PR(line));
}

void
rep_finding_publish(struct rep_findings *f, struct rep_finding *x, const char *fmt, ...)
{
	struct rep_str line;
	va_list ap;

	va_start(ap, fmt);
	line = rep_arena_vprintf(f->a, fmt, ap);
	va_end(ap);
	x->publish = below(f->a, x->publish, line);
}

void
rep_finding_elsewhere(struct rep_findings *f, struct rep_finding *x, const char *fmt, ...)
{
	struct rep_str line;
	va_list ap;

	va_start(ap, fmt);
	line = rep_arena_vprintf(f->a, fmt, ap);
	va_end(ap);
	x->elsewhere = below(f->a, x->elsewhere, line);
}

struct rep_step *
rep_finding_step(struct rep_finding *x, struct rep_str words, struct rep_str run)
{
	for (size_t i = 0; i < x->steps; i++) /* the finding was added a second time */
		if (rep_str_eq(x->step[i].words, words) && rep_str_eq(x->step[i].run, run))
			return &x->step[i];
	assert(x->steps < REP_FINDING_STEPS);
	x->step[x->steps] = (struct rep_step){ .words = words, .run = run };
	return &x->step[x->steps++];
}

struct rep_str
rep_finding_todo(struct rep_arena *a, const struct rep_finding *x)
{
	struct rep_str out =
	    below(a, below(a, below(a, below(a, x->fix, x->file), x->publish_words), x->publish),
		x->elsewhere);

	for (size_t i = 0; i < x->steps; i++)
		out = below(a, below(a, out, x->step[i].words), x->step[i].run);
	return out;
}

/*
 * What a blocked sender fixes first: what receivers look at before the message (lists, names of the
 * address), then what vouches for it, then how the domain receives mail. See doc/audit.md, Order.
 */
static const char *const order[] = { "domain-missing", "listed-abuse", "listed-domain",
	"listed-policy", "ptr-", "helo-", "dnssec-", "record-", "spf-", "dkim-", "dmarc-",
	"parked-", "mx-", "ns-", "mta-sts-", "tls", "caa-", "bimi-", "listed-", "lists-" };

static size_t
group_of(const struct rep_finding *x)
{
	size_t i = 0;

	while (i < REP_COUNT(order) && !rep_str_starts(rep_str_c(x->id), rep_str_c(order[i])))
		i++;
	return i;
}

static int
by_rank(const void *x, const void *y)
{
	const struct rep_finding *a = x, *b = y;

	if (rep_severity_turn(a->severity) != rep_severity_turn(b->severity))
		return rep_severity_turn(a->severity) < rep_severity_turn(b->severity) ? -1 : 1;
	if (group_of(a) != group_of(b))
		return group_of(a) < group_of(b) ? -1 : 1;
	if (a->severity != b->severity)
		return a->severity < b->severity ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return rep_str_cmp(a->subject, b->subject);
}

void
rep_findings_sort(struct rep_findings *f)
{
	qsort(f->v, f->n, sizeof *f->v, by_rank);
}

bool
rep_findings_trouble(const struct rep_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].severity < REP_INFO)
			return true;
	return false;
}

/* Findings about a whole record: a run has at most one of each. */
static bool
of_whole(enum rep_finding_id id)
{
	static const enum rep_finding_id spf[] = { REP_FINDING_SPF_LARGE,
		REP_FINDING_SPF_NEAR_LIMIT, REP_FINDING_SPF_TOO_MANY_LOOKUPS,
		REP_FINDING_SPF_TOO_MANY_VOID, REP_FINDING_SPF_NO_ALL };
	struct rep_str name = rep_str_c(rep_finding_names[id]);

	for (size_t i = 0; i < REP_COUNT(spf); i++)
		if (spf[i] == id)
			return true;
	return rep_str_starts(name, REP_S("dmarc-")) && !rep_str_starts(name, REP_S("dmarc-rua-"));
}

bool
rep_finding_among(const struct rep_findings *f, const struct rep_finding *x)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].number == x->number &&
		    (of_whole(x->number) ||
			(rep_str_eq(f->v[i].subject, x->subject) &&
			    rep_str_eq(f->v[i].evidence, x->evidence))))
			return true;
	return false;
}

bool
rep_findings_cure(const struct rep_findings *after, const struct rep_findings *found)
{
	for (size_t i = 0; i < found->n; i++)
		if (!rep_finding_among(after, &found->v[i]))
			return true;
	return false;
}

const char *
rep_severity_text(enum rep_severity s)
{
	static const char *const text[] = { "critical", "serious", "warning", "info" };

	return text[s];
}

struct rep_str
rep_txt_quoted(struct rep_arena *a, struct rep_str text)
{
	size_t n = 0;
	char *p = rep_arena_alloc(a, text.n * 4 + text.n / 255 * 3 + 4);

	if (p == NULL)
		return (struct rep_str){ "", 0 };
	p[n++] = '"';
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (i > 0 && i % 255 == 0) {
			p[n++] = '"';
			p[n++] = ' ';
			p[n++] = '"';
		}
		if (c < 0x20 || c >= 0x7f) {
			p[n++] = '\\';
			p[n++] = (char)('0' + c / 100);
			p[n++] = (char)('0' + c / 10 % 10);
			p[n++] = (char)('0' + c % 10);
			continue;
		}
		if (c == '"' || c == '\\')
			p[n++] = '\\';
		p[n++] = (char)c;
	}
	p[n++] = '"';
	return (struct rep_str){ p, n };
}
