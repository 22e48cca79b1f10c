/* Rows of test_aggregate.c: a name, a document, what is read from it. */
#define META                                                                                                \
	"<report_metadata><org_name>r.example</org_name><email>d@r.example</email><report_id>7</report_id>" \
	"<date_range><begin>1790000000</begin><end>1790086399</end></date_range></report_metadata>"
#define POLICY "<policy_published><domain>shop.example</domain><p>none</p></policy_published>"
#define ROW(ip, n)                                                  \
	"<row><source_ip>" ip "</source_ip><count>" n               \
	"</count><policy_evaluated><disposition>none</disposition>" \
	"<dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>"
#define WHO "<identifiers><header_from>shop.example</header_from></identifiers>"
#define AUTH \
	"<auth_results><spf><domain>shop.example</domain><result>pass</result></spf></auth_results>"
#define RECORD(ip, n) "<record>" ROW(ip, n) WHO AUTH "</record>"
#define SHOWN(ip, n)   \
	"R " ip " x" n \
	" disp=none dkim=pass spf=fail from=shop.example [SPF d=shop.example result=pass]\n"
#define END(n, sum)                                                                                                  \
	"E rfc7489 org=r.example email=d@r.example id=7 1790000000-1790086399 domain=shop.example p=none records=" n \
	" count=" sum "\n"

/* --- the standards -------------------------------------------------------------------------------------- */
{
	"RFC 7489, all of it",
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feedback>\n<version>1.0</version>\n<report_metadata>\n"
	"<org_name>r.example</org_name><email>d@r.example</email>"
	"<extra_contact_info>https://r.example/?a=1&amp;b=2</extra_contact_info><report_id>7</report_id>"
	"<date_range><begin>1790000000</begin><end>1790086399</end></date_range><error>x</error><error>y</error>"
	"</report_metadata>\n<policy_published><domain>shop.example</domain><adkim>r</adkim><aspf>s</aspf><p>reject</p>"
	"<sp>quarantine</sp><pct>50</pct><fo>1:d</fo></policy_published>\n"
	"<record><row><source_ip>192.0.2.1</source_ip><count>12</count><policy_evaluated><disposition>quarantine"
	"</disposition><dkim>pass</dkim><spf>fail</spf><reason><type>forwarded</type><comment>arc=pass</comment></reason>"
	"<reason><type>local_policy</type></reason></policy_evaluated></row><identifiers><envelope_to>r.example"
	"</envelope_to><envelope_from>m.example</envelope_from><header_from>shop.example</header_from></identifiers>"
	"<auth_results><dkim><domain>shop.example</domain><selector>s1</selector><result>pass</result><human_result>fine"
	"</human_result></dkim><dkim><domain>esp.example</domain><result>fail</result></dkim><spf><domain>m.example"
	"</domain><scope>mfrom</scope><result>softfail</result></spf></auth_results></record>\n</feedback>\n",
	"R 192.0.2.1 x12 disp=quarantine dkim=pass spf=fail from=shop.example mfrom=m.example to=r.example reason=forwarded "
	"comment=arc=pass reason=local_policy [DKIM d=shop.example s=s1 result=pass human=fine] [DKIM d=esp.example "
	"result=fail] [SPF d=m.example scope=mfrom result=softfail]\n"
	"E rfc7489 org=r.example email=d@r.example contact=https://r.example/?a=1&b=2 id=7 error=x 1790000000-1790086399 "
	"domain=shop.example p=reject sp=quarantine adkim=r aspf=s pct=50 fo=1:d records=1 count=12\n"
},
    { "RFC 9990, with extensions",
	    "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\" xmlns:x=\"urn:x\"><version>1.0</version><report_metadata>"
	    "<org_name>r.example</org_name><email>d@r.example</email><report_id>7</report_id><date_range><begin>1790000000"
	    "</begin><end>1790086399</end></date_range><generator>G 1</generator></report_metadata><policy_published><domain>"
	    "shop.example</domain><p>none</p><np>reject</np><discovery_method>treewalk</discovery_method><testing>y</testing>"
	    "</policy_published><extension><x:arc><x:domain>no.example</x:domain><p>reject</p></x:arc></extension>"
	    "<record><row><source_ip>2001:db8::1</source_ip><count>1</count><policy_evaluated><disposition>pass</disposition>"
	    "<dkim>pass</dkim><spf>pass</spf><reason><type>policy_test_mode</type></reason></policy_evaluated></row>" WHO
	    "<auth_results><dkim><domain>shop.example</domain><selector>s</selector><result>pass</result></dkim></auth_results>"
	    "<x:more><x:result>fail</x:result></x:more></record></feedback>",
	    "R 2001:db8::1 x1 disp=pass dkim=pass spf=pass from=shop.example reason=policy_test_mode [DKIM d=shop.example s=s "
	    "result=pass]\nE rfc9990 org=r.example email=d@r.example id=7 generator=G 1 1790000000-1790086399 "
	    "domain=shop.example p=none np=reject t=y discovery=treewalk records=1 count=1\n" },
    { "the new namespace with elements of the old standard, and a prefix",
	    "<d:feedback xmlns:d=\"urn:ietf:params:xml:ns:dmarc-2.0\"><d:report_metadata><d:org_name>r.example</d:org_name>"
	    "<d:email>e</d:email><d:report_id>7</d:report_id><d:date_range><d:begin>1790000000</d:begin><d:end>1790086399"
	    "</d:end></d:date_range></d:report_metadata><d:policy_published><d:domain>shop.example</d:domain><d:p>none</d:p>"
	    "<d:pct>100</d:pct></d:policy_published><d:record><d:row><d:source_ip>192.0.2.1</d:source_ip><d:count>1</d:count>"
	    "<d:policy_evaluated><d:disposition>none</d:disposition></d:policy_evaluated></d:row><d:identifiers><d:header_from>"
	    "shop.example</d:header_from></d:identifiers><d:auth_results><d:spf><d:domain>shop.example</d:domain><d:result>none"
	    "</d:result></d:spf></d:auth_results></d:record></d:feedback>",
	    "R 192.0.2.1 x1 disp=none from=shop.example [SPF d=shop.example result=none]\n"
	    "E mixed org=r.example email=e id=7 1790000000-1790086399 domain=shop.example p=none pct=100 records=1 count=1\n" },

    /* --- what is missing, doubled, misplaced, misspelt ------------------------------------------------------- */
    {
	    "nothing but a record", "<feedback>" RECORD("192.0.2.1", "3") "</feedback>",
	    SHOWN("192.0.2.1",
		"3") "E rfc7489 0-0 records=1 count=3\nN missing org_name x1\nN missing email x1\n"
		     "N missing report_id x1\nN missing begin x1\nN missing end x1\nN missing domain x1\nN missing p x1\n"
    },
    { "no record at all", "<feedback>" META POLICY "</feedback>",
	    END("0", "0") "N missing record x1\n" },
    { "a record without anything", "<feedback>" META POLICY "<record></record></feedback>",
	    "R - x1\n" END(
		"1", "1") "N missing source_ip x1\nN missing count x1\nN missing disposition x1\n"
			  "N missing header_from x1\nN missing auth_results x1\n" },
    { "doubled elements: the first counts",
	    "<feedback>" META
	    "<policy_published><domain>shop.example</domain><p>none</p><p>reject</p></policy_published>"
	    "<record><row><source_ip>192.0.2.1</source_ip><count>3</count><count>4</count><policy_evaluated><disposition>none"
	    "</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>" WHO AUTH
	    "</record></feedback>",
	    SHOWN("192.0.2.1", "3") END("1", "3") "N twice p x1\nN twice count x1\n" },
    { "the policy and the metadata behind the records",
	    "<feedback>" RECORD("192.0.2.1", "3") POLICY META "</feedback>",
	    SHOWN("192.0.2.1", "3") END("1", "3") },
    { "identifiers and results in the row",
	    "<feedback>" META POLICY
	    "<record><row><source_ip>192.0.2.1</source_ip><count>3</count><policy_evaluated>"
	    "<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated>" WHO
		AUTH "</row></record></feedback>",
	    SHOWN("192.0.2.1", "3")
		END("1", "3") "N misplaced identifiers x1\nN misplaced auth_results x1\n" },
    { "rows without records",
	    "<feedback>" META POLICY ROW("192.0.2.1", "3") WHO AUTH ROW("192.0.2.2", "4") WHO AUTH
	    "</feedback>",
	    SHOWN("192.0.2.1", "3") SHOWN("192.0.2.2", "4")
		END("2", "7") "N misplaced row x2\nN misplaced identifiers x2\n"
			      "N misplaced auth_results x2\nN twice row x1\n" },
    { "two rows in one record",
	    "<feedback>" META POLICY "<record>" ROW("192.0.2.1", "3") WHO AUTH ROW("192.0.2.2", "4")
		WHO AUTH "</record></feedback>",
	    SHOWN("192.0.2.1", "3") SHOWN("192.0.2.2", "4") END("2", "7") "N twice row x1\n" },
    { "other cases and misspelt names",
	    "<Feedback>" META
	    "<Policy_Published><domain>shop.example</domain><P>none</P></Policy_Published><record>" ROW(
		"192.0.2.1",
		"3") "<identities><header_form>shop.example</header_form></identities>" AUTH
		     "</record></Feedback>",
	    SHOWN("192.0.2.1", "3") END("1",
		"3") "N name feedback \"Feedback\" x1\nN name policy_published \"Policy_Published\" "
		     "x1\nN name p \"P\" x1\nN name identifiers \"identities\" x1\nN name header_from \"header_form\" x1\n" },
    { "elements that nobody knows",
	    "<feedback>" META POLICY "<record>" ROW("192.0.2.1", "3") WHO AUTH
	    "<verdict>good</verdict></record><data><z/></data>"
	    "</feedback>",
	    SHOWN("192.0.2.1", "3")
		END("1", "3") "N unknown verdict x1\nN unknown data x1\nN unknown z x1\n" },
    { "results as words, not elements",
	    "<feedback>" META POLICY "<record>" ROW("192.0.2.1", "3") WHO
	    "<auth_results><dkim>pass</dkim><spf/></auth_results>"
	    "</record></feedback>",
	    "R 192.0.2.1 x3 disp=none dkim=pass spf=fail from=shop.example [DKIM result=pass]\n" END(
		"1", "3") "N misplaced dkim x1\n" },

    /* --- words and numbers ----------------------------------------------------------------------------------- */
    { "words of other cases, words that are known mistakes, words that nobody knows",
	    "<feedback>" META
	    "<policy_published><domain>shop.example</domain><p>None</p><sp>nil</sp><np></np>"
	    "</policy_published><record><row><source_ip>192.0.2.1</source_ip><count>1</count><policy_evaluated><disposition>"
	    "NONE</disposition><dkim>Pass</dkim><spf>unknown</spf><reason><type></type></reason></policy_evaluated></row>" WHO
	    "<auth_results><dkim><domain>a.example</domain><result>hardfail</result></dkim><dkim><domain>b.example</domain>"
	    "<result>sideways</result></dkim><spf><domain>shop.example</domain><result>HardFail</result></spf></auth_results>"
	    "</record></feedback>",
	    "R 192.0.2.1 x1 disp=none(NONE) dkim=pass(Pass) spf=fail(unknown) from=shop.example [DKIM d=a.example "
	    "result=fail(hardfail)] [DKIM d=b.example result=sideways(sideways)] [SPF d=shop.example result=fail(HardFail)]\n"
	    "E rfc7489 org=r.example email=d@r.example id=7 1790000000-1790086399 domain=shop.example p=none(None) sp=nil(nil) "
	    "records=1 count=1\nN word p \"None\" x1\nN word sp \"nil\" x1\nN word disposition \"NONE\" x1\n"
	    "N word dkim \"Pass\" x1\nN word spf \"unknown\" x1\nN word result \"hardfail\" x1\nN word result \"sideways\" x1\n"
	    "N word result \"HardFail\" x1\n" },
    { "times with a fraction, in milliseconds, as RFC 3339, impossible",
	    "<feedback><report_metadata><date_range><begin>1790000000.0</begin><end>1790086399000</end></date_range>"
	    "</report_metadata></feedback><feedback><report_metadata><date_range><begin>2026-09-21T13:33:20Z</begin>"
	    "<end>253402300799</end></date_range></report_metadata></feedback><feedback><report_metadata><date_range>"
	    "<begin>-5</begin><end>soon</end></date_range></report_metadata></feedback>",
	    "E rfc7489 1790000000-1790086399 records=0 count=0\nN time begin \"1790000000.0\" x1\nN time end \"1790086399000\" x1\n"
	    "N missing org_name x1\nN missing email x1\nN missing report_id x1\nN missing domain x1\nN missing p x1\n"
	    "N missing record x1\n"
	    "E rfc7489 1789997600-0 records=0 count=0\nN time begin \"2026-09-21T13:33:20Z\" x1\nN time end \"253402300799\" x1\n"
	    "N missing org_name x1\nN missing email x1\nN missing report_id x1\nN missing domain x1\nN missing p x1\n"
	    "N missing record x1\n"
	    "E rfc7489 0-0 records=0 count=0\nN time begin \"-5\" x1\nN time end \"soon\" x1\n"
	    "N missing org_name x1\nN missing email x1\nN missing report_id x1\nN missing domain x1\nN missing p x1\n"
	    "N missing record x1\n" },
    { "counts that nobody can believe: one message there was",
	    "<feedback>" META POLICY RECORD("192.0.2.1", "18446744073709551616")
		RECORD("192.0.2.2", "-4") RECORD("192.0.2.3", "2.0") RECORD("192.0.2.4", "")
		    RECORD("192.0.2.5", "many") "</feedback>",
	    SHOWN("192.0.2.1", "1") SHOWN("192.0.2.2", "1") SHOWN("192.0.2.3", "2")
		SHOWN("192.0.2.4", "1") SHOWN("192.0.2.5", "1")
		    END("5", "6") "N number count \"18446744073709551616\" x5\n" },
    { "addresses in brackets, and none",
	    "<feedback>" META POLICY RECORD("[192.0.2.1]", "1")
		RECORD("unknown", "1") "</feedback>",
	    SHOWN("192.0.2.1", "1") SHOWN("-", "1")
		END("2", "2") "N address source_ip \"[192.0.2.1]\" x2\n" },

    /* --- broken XML ------------------------------------------------------------------------------------------ */
    { "it ends in the middle of the second record",
	    "<feedback>" META POLICY RECORD("192.0.2.1", "3") "<record>" ROW(
		"192.0.2.2", "4") "<identifiers><header_fr",
	    SHOWN("192.0.2.1", "3") END("1", "3") "N stray  x1\nN truncated identifiers x1\n" },
    { "only the last end is missing", "<feedback>" META POLICY RECORD("192.0.2.1", "3"),
	    SHOWN("192.0.2.1", "3") END("1", "3") "N truncated feedback x1\n" },
    { "a record without its end",
	    "<feedback>" META POLICY "<record>" ROW("192.0.2.1", "3")
		WHO AUTH RECORD("192.0.2.2", "4") "</feedback>",
	    SHOWN("192.0.2.1", "3") SHOWN("192.0.2.2", "4")
		END("2", "7") "N unclosed record x1\n" },
    { "the last record without its end",
	    "<feedback>" META POLICY "<record>" ROW("192.0.2.1", "3") WHO AUTH "</feedback>",
	    SHOWN("192.0.2.1", "3") END("1", "3") "N unclosed record x1\n" },
    { "ends without a beginning",
	    "<feedback>" META POLICY
	    "</spf></auth_results></record>" RECORD("192.0.2.1", "3") "</feedback>",
	    SHOWN("192.0.2.1", "3")
		END("1", "3") "N stray spf x1\nN stray auth_results x1\nN stray record x1\n" },
    { "signs that begin nothing",
	    "<feedback><report_metadata><org_name>A & B</org_name><email><d@r.example></email><report_id>a<7</report_id>"
	    "<date_range><begin>1790000000</begin><end>1790086399</end></date_range></report_metadata>" POLICY
		RECORD("192.0.2.1", "3") "</feedback>",
	    SHOWN("192.0.2.1",
		"3") "E rfc7489 org=A & B email=<d@r.example> id=a<7 1790000000-1790086399 domain=shop.example "
		     "p=none records=1 count=3\nN text org_name \"A & B\" x1\nN text email \"<d@r.example>\" x1\nN text report_id \"a<7\" x1\n" },
    { "a value in a section of its own",
	    "<feedback><report_metadata><org_name><![CDATA[A & <B>]]></org_name><email>a&#64;b&#x2E;example</email><report_id>7"
	    "</report_id><date_range><begin>1790000000</begin><end>1790086399</end></date_range></report_metadata>" POLICY
	    "<!-- <record> -->" RECORD("192.0.2.1", "3") "</feedback>",
	    SHOWN("192.0.2.1",
		"3") "E rfc7489 org=A & <B> email=a@b.example id=7 1790000000-1790086399 domain=shop.example "
		     "p=none records=1 count=3\n" },
    { "bytes that are no UTF-8",
	    "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><feedback><report_metadata><org_name>M\xfcller \x80</org_name><email>"
	    "e</email><report_id>7</report_id><date_range><begin>1790000000</begin><end>1790086399</end></date_range>"
	    "</report_metadata>" POLICY RECORD("192.0.2.1", "3") "</feedback>",
	    SHOWN("192.0.2.1",
		"3") "E rfc7489 org=M\xc3\xbcller \xe2\x82\xac email=e id=7 1790000000-1790086399 "
		     "domain=shop.example p=none records=1 count=3\nN encoding org_name x1\n" },
    { "a mark before it, and something behind it",
	    "\xef\xbb\xbf\r\n<feedback>" META POLICY RECORD(
		"192.0.2.1", "3") "</feedback>\n--boundary--\n",
	    SHOWN("192.0.2.1", "3") END("1", "3") "N behind  x1\n" },
    { "two reports in one document",
	    "<feedback>" META POLICY RECORD(
		"192.0.2.1", "3") "</feedback>\n<?xml version=\"1.0\"?><feedback>" META POLICY
		RECORD("192.0.2.2", "4") "</feedback>",
	    SHOWN("192.0.2.1", "3") END("1", "3") SHOWN("192.0.2.2", "4") END("1", "4") },
    { "a schema of somebody else in it",
	    "<feedback xmlns:xs=\"http://www.w3.org/2001/XMLSchema\"><xs:schema><xs:element name=\"p\"/></xs:schema>" META
		POLICY RECORD("192.0.2.1", "3") "</feedback>",
	    SHOWN("192.0.2.1", "3") END("1", "3") },
    { "a document type that declares nothing",
	    "<!DOCTYPE feedback SYSTEM \"http://r.example/x.dtd\"><feedback>" META POLICY RECORD(
		"192.0.2.1", "3") "</feedback>",
	    SHOWN("192.0.2.1", "3") END("1", "3") },
    { "entities: nothing is read",
	    "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><feedback>" META
	    "</feedback>",
	    "! it declares entities at byte 21: no report does, and nothing of it is read\n" },
    { "an entity that is not declared is text",
	    "<feedback><report_metadata><org_name>&xxe;</org_name></report_metadata></feedback>",
	    "E rfc7489 org=&xxe; 0-0 records=0 count=0\nN text org_name \"&xxe;\" x1\nN missing email x1\nN missing report_id x1\n"
	    "N missing begin x1\nN missing end x1\nN missing domain x1\nN missing p x1\nN missing record x1\n" },
    { "no report", "<html><body>Sign in</body></html>",
	    "! it is XML without an element of an aggregate report (feedback, RFC 9990); 33 bytes were read\n" },
    { "nothing", "",
	    "! it is XML without an element of an aggregate report (feedback, RFC 9990); 0 bytes were read\n" },
