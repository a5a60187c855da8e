//! The stylesheet of the report.

/// It is allowed by its digest; nothing else is.
pub(super) const STYLE: &str = r#"
:root{color-scheme:light dark;--ground:#fff;--ink:#1c1c1e;--quiet:#62666d;--line:#d9dce1;--panel:#f6f7f9;--link:#0b57a4;
--archived:#2f5d9b;--area:#dfe8f4;--created:#3f7fc4;--changed:#c98a1b;--failed:#b3372f;--good:#1f7a45}
@media (prefers-color-scheme:dark){:root{--ground:#16181c;--ink:#e6e7ea;--quiet:#9aa0a8;--line:#3a3e45;--panel:#1e2126;--link:#8ab8f0;
--archived:#8ab8f0;--area:#22324a;--created:#5d95d6;--changed:#d9a441;--failed:#e07a70;--good:#6cc08b}}
*{box-sizing:border-box}body{margin:0 auto;max-width:62em;padding:1.5em 1.2em 4em;background:var(--ground);color:var(--ink);
font:15px/1.6 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",system-ui,sans-serif}
h1{font-size:24px;margin:0}h2{font-size:19px;margin:2.2em 0 .3em;padding-top:.8em;border-top:1px solid var(--line)}h3{font-size:15px;margin:1.6em 0 .3em}
a{color:var(--link);overflow-wrap:anywhere}.quiet{color:var(--quiet);font-weight:normal;font-size:13px;overflow-wrap:anywhere}
.scroll{overflow-x:auto}table{border-collapse:collapse}.jobs{width:100%;margin-top:1em}.jobs th,.jobs td{border-bottom:1px solid var(--line);padding:.35em .6em;text-align:left;white-space:nowrap}
.jobs th[scope=row]{white-space:normal;min-width:8em;overflow-wrap:anywhere}.jobs th:nth-child(n+4):nth-child(-n+6){text-align:right}thead th{color:var(--quiet);font-weight:normal;font-size:13px}tbody th{font-weight:normal}.number{font-variant-numeric:tabular-nums}td.number{text-align:right!important}
.badge{display:inline-block;padding:0 .55em;border-radius:1em;border:1px solid currentColor;font-size:13px}.done{color:var(--good)}.partly,.interrupted{color:var(--changed)}.badge.failed{color:var(--failed)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5em,1fr));gap:.5em 1em;margin:.8em 0}.facts dt{color:var(--quiet);font-size:13px}.facts dd{margin:0;font-variant-numeric:tabular-nums}
figure{margin:1em 0;padding:.6em;background:var(--panel);border-radius:.4em}figure svg{display:block;width:100%;height:auto}figcaption{font-size:13px;color:var(--quiet)}
svg text{fill:var(--quiet);font-size:11px}svg .end{text-anchor:end}svg .middle{text-anchor:middle}.grid{stroke:var(--line);stroke-width:1}
polygon.area{fill:var(--area)}polyline.archived{fill:none;stroke:var(--archived);stroke-width:2;stroke-linejoin:round}circle.dot{fill:var(--archived)}
path.cross{stroke:var(--failed);stroke-width:2;stroke-linecap:round;fill:none}.cross{color:var(--failed);font-weight:bold;margin:0 .3em 0 .9em}
rect.created{fill:var(--created)}rect.changed{fill:var(--changed)}rect.failed{fill:var(--failed)}
.key{display:inline-block;width:.8em;height:.8em;margin:0 .35em 0 .9em;border-radius:2px;vertical-align:-.05em}.key.archived{background:var(--archived);height:.2em;vertical-align:.25em}.key.created{background:var(--created)}.key.changed{background:var(--changed)}.key.failed{background:var(--failed)}
.failing th,.failing td{padding:.1em .8em .1em 0;text-align:left}.bar{display:block;width:200px;height:10px}code{font-size:13px;background:var(--panel);padding:0 .3em;border-radius:.2em}
.pages{padding-left:1.2em;margin:.3em 0}.pages li{margin:.25em 0;overflow-wrap:anywhere}.why{font-size:13px;margin-bottom:.5em;color:var(--quiet)}.why>span[title]{color:var(--failed)}.message{color:var(--quiet)}span[title]{cursor:help}.badge.new{color:var(--failed);font-size:12px;padding:0 .4em}details summary{cursor:pointer;color:var(--quiet);font-size:13px}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--panel);padding:.7em .9em;border-radius:.4em;font:13px/1.6 "Noto Sans Mono CJK SC",ui-monospace,monospace;margin:.3em 0}
@media (max-width:600px){body{padding:1em .8em 3em}figure svg{min-width:600px}.failing .bar{width:120px}}
@media print{body{max-width:none;font-size:10pt}details[open] pre,figure{background:none;border:1px solid #999}}
"#;
