/*
 * cli/page_style.h -- how a page looks. Included by cli/page.c alone.
 *
 * No character of XML (less-than, ampersand) may stand in it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_PAGE_STYLE_H
#define REP_CLI_PAGE_STYLE_H

/* clang-format off */
static const char *const rep_page_style[] = {
    ":root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#23262b;--soft:#6a6e76;--line:#e4e1da;"
    "--code:#f4f2ec;--link:#2a5f9e;--ok:#6fa58b;--slow:#d8a547;--bad:#bf4f48;--rest:#c9c5bc;--own:#8795aa;"
    "--amber:#8a5f00;--pass:#4f86b5;--mend:#9c2f08;--handed:#8f8b82;--other:#c48a10;--nobody:#3d2f45}\n",
    "@media (prefers-color-scheme:dark){:root{--paper:#15171a;--card:#1c1f23;--ink:#e3e1dc;--soft:#979ba3;"
    "--line:#30343a;--code:#15171a;--link:#86b3e6;--ok:#5b9279;--slow:#cf9f45;--bad:#d3655e;--rest:#545860;"
    "--own:#6d7d94;--amber:#d9ad55;--pass:#5b93c4;--mend:#d14a1e;--handed:#77736c;--other:#f0c85a;"
    "--nobody:#d9c9ea}}\n",
    "*{box-sizing:border-box}\n",
    "body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,'Segoe UI',"
    "Roboto,'Noto Sans',sans-serif;overflow-wrap:anywhere}\n",
    "header,main,footer{max-width:52rem;margin:0 auto;padding:0 1.25rem}\n",
    "header{padding-top:1.5rem;color:var(--soft);font-size:.875rem;letter-spacing:.02em}\n",
    "h1{font:inherit;margin:0}\n",
    "footer{padding-bottom:2.5rem;color:var(--soft);font-size:.8125rem}\n",
    "article{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.5rem 1.75rem;"
    "margin:1rem 0 1.5rem}\n",
    "h2{font-size:1.3rem;line-height:1.35;font-weight:650;margin:0 0 .75rem;break-after:avoid}\n",
    "h3{font-size:.8125rem;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);font-weight:650;"
    "margin:1.75rem 0 .5rem;break-after:avoid}\n",
    "p{margin:.5rem 0}p.more{color:var(--soft);font-size:.9375em;margin:.15rem 0}p.in{margin-left:1rem}\n",
    "a{color:var(--link)}\n",
    "ol{list-style:none;margin:.5rem 0;padding:0}li{padding-left:2.1rem;margin:.6rem 0;position:relative}\n",
    ".n{position:absolute;left:0;top:.08em;min-width:1.45rem;height:1.45rem;line-height:1.45rem;padding:0 .3rem;"
    "border-radius:.75rem;background:var(--code);border:1px solid var(--line);text-align:center;"
    "font-size:.8125rem;line-height:1.35rem;font-variant-numeric:tabular-nums}\n",
    "dl{display:grid;grid-template-columns:5.5rem 1fr;gap:.35rem .75rem;margin:.5rem 0}\n",
    "dt{grid-column:1;color:var(--soft)}dd{grid-column:2;margin:0}\n",
    "pre{background:var(--code);border:1px solid var(--line);border-radius:8px;padding:.85rem 1rem;margin:.6rem 0;"
    "font:.8125rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
    "white-space:pre-wrap;overflow-wrap:anywhere}\n",
    ".day{white-space:nowrap}.bold{font-weight:650}.red{color:var(--bad);font-weight:600}.yellow{color:var(--amber);font-weight:600}"
    ".green{color:var(--ok)}.dim{color:var(--soft)}\n",
    "figure{margin:1.25rem 0 1.5rem;break-inside:avoid}article>figure:first-child{margin:0 0 .75rem}figcaption{font-size:.8125rem;color:var(--soft);"
    "margin-bottom:.5rem}\n",
    ".key{display:inline-block;white-space:nowrap;margin-right:.9rem;color:var(--ink)}.key svg{width:.7em;height:.7em;"
    "margin-right:.35em}\n",
    "svg{display:block}figure svg.fig{width:100%;height:auto}svg.row{width:100%;min-width:3rem;max-width:7.5rem;height:.75rem}.key svg,td svg{display:inline-block}\n",
    ".a{fill:var(--ok)}.s{fill:var(--slow)}.r{fill:var(--bad)}.o{fill:var(--rest)}.v{fill:var(--own)}\n",
    ".pass{fill:var(--pass)}.mend{fill:var(--mend)}.handed{fill:var(--handed)}.other{fill:var(--other)}"
    ".nobody{fill:var(--nobody)}\n",
    "dl.big{grid-template-columns:repeat(4,1fr);gap:1.25rem;margin:1.5rem 0 1.75rem}"
    ".big div{border-top:3px solid var(--line);padding-top:.6rem;break-inside:avoid;display:grid;"
    "grid-template-rows:subgrid;grid-row:span 3;gap:0}"
    ".big .good{border-color:var(--pass)}.big .ours{border-color:var(--mend)}.big .forged{border-color:var(--nobody)}"
    ".big dt,.big dd{grid-column:1;font-size:.8125rem}.big dd{color:var(--soft);line-height:1.4}"
    ".big dd.figure{font-size:clamp(1.15rem,2.6vw,1.85rem);line-height:1.25;font-weight:650;color:var(--ink);"
    "font-variant-numeric:tabular-nums}.big dd.long{font-size:clamp(1rem,1.8vw,1.3rem)}\n",
    ".fig text{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}.fig text.since{fill:var(--ink)}\n",
    "svg.beat{width:100%;min-width:8rem;height:1.6rem}td svg.beat{display:block}.none{fill:none}"
    ".under{display:block;font-size:.75rem;margin-top:.15rem}"
    ".band{opacity:.16}.edge{stroke-width:1}.edge.r{stroke:var(--bad)}.edge.s{stroke:var(--slow)}"
    ".fig text.mark-n{fill:var(--card);font-size:11px;font-weight:650}\n",
    ".grid{stroke:var(--line);stroke-width:1}.mark{stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3}\n",
    "details{font-size:.8125rem;color:var(--soft);margin-top:.5rem}summary{cursor:pointer}\n",
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem;"
    "font-variant-numeric:tabular-nums}\n",
    "th{text-align:left;color:var(--soft);font-size:.75rem;letter-spacing:.05em;font-weight:600}\n",
    "th,td{padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:middle;white-space:nowrap}\n",
    ".wide th[scope=row]{color:inherit;font-size:inherit;letter-spacing:0;white-space:normal;overflow-wrap:anywhere;"
    "min-width:9rem}\n",
    "th,td{overflow-wrap:break-word}.wide td.c0,.wide td:last-child,.wide th[scope=col]{white-space:normal}.wide th[scope=col]{vertical-align:"
    "bottom}\n",
    "details td,details th,.num{text-align:right}.num+:not(.num){padding-left:1.1rem}"
    "details td:first-child,details th:first-child{text-align:left}details table{width:auto;margin-top:.5rem}\n",
    "details th,details td{padding:.15rem 1rem .15rem 0}\n",
    "body:has(.wide) header,body:has(.wide) main,body:has(.wide) footer{max-width:64rem}\n",
    "@media (max-width:640px){body{font-size:15px}article{padding:1.1rem 1rem;border-radius:8px}"
    "header,main,footer{padding-left:.75rem;padding-right:.75rem}h2{font-size:1.15rem}"
    ".fig text{font-size:23px}.fig .minor{display:none}dl{grid-template-columns:1fr;gap:0}"
    "dd{grid-column:1;margin-bottom:.3rem}dt{margin-top:.4rem}"
    "dl.big{grid-template-columns:1fr 1fr;gap:1rem}.big dd,.big dt{margin:0}.big dd.figure{font-size:1.5rem}.big dd.long{font-size:1.15rem}"
    ".wide table,.wide tbody{display:block}.wide thead{display:none}"
    ".wide tr{display:flex;flex-wrap:wrap;gap:.1rem .9rem;padding:.7rem 0;border-bottom:1px solid var(--line)}"
    ".wide td,.wide th{border:0;padding:0;text-align:left;white-space:normal;flex:0 0 100%}"
    ".wide td.c0{font-weight:600}.wide tr:has(th) td.c0{font-weight:400;flex:none}.wide th[scope=row]{flex:1 1 calc(100% - 5.9rem)}"
    ".num+:not(.num){padding-left:0}.wide td.num{flex:none}.wide td:not(.c0)::before{content:attr(data-title) ' ';color:var(--soft)}}\n",
    "@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--code:#fff;--link:#000;"
    "--ok:#6fa58b;--slow:#d8a547;--bad:#bf4f48;--rest:#c9c5bc;--own:#8795aa;--amber:#8a5f00;--pass:#4f86b5;"
    "--mend:#9c2f08;--handed:#8f8b82;--other:#c48a10;--nobody:#3d2f45}@page{size:A4;margin:16mm}"
    "body{font-size:10.5pt}.wide{overflow:visible}tr,li{break-inside:avoid}table{font-size:9pt}"
    "article{border:0;padding:0}header,main,footer{max-width:none;padding:0}details{display:none}"
    "svg *{-webkit-print-color-adjust:exact;print-color-adjust:exact}pre{break-inside:avoid}}\n"
};
/* clang-format on */

#endif
