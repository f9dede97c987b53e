/* empty css              */import{C as e,D as t,O as n,S as r,T as i,_ as a,a as o,b as s,c,d as l,h as u,i as d,k as f,l as p,m,p as h,t as g,u as _,v,x as y,y as b}from"./decorate-DxU53K6J.js";function x(e){return e.reach===`silent`||e.reach===`unknown`?[`remove`]:e.role===`leader`?[`drain`,`remove`]:e.role===`learner`?[`promote`,`drain`,`remove`]:[`lead`,`drain`,`remove`]}var S={lead:`Make leader`,promote:`Promote`,drain:`Drain`,remove:`Remove`};function C({kind:e,node:t}){return{lead:`Make node ${t} the leader`,promote:`Give node ${t} a vote`,drain:`Drain node ${t}`,remove:`Remove node ${t}`}[e]}function w({kind:e,node:t}){return{lead:`The leader hands over to node ${t}. Writes wait for a moment; none is lost.`,promote:`Node ${t} has the state and takes part in no decision. It will.`,drain:`Node ${t} answers what it was asked, then its process ends. It stays a member, and is back when it is started again.`,remove:`Node ${t} leaves the cluster for good. Its number is never given again; to come back, it needs an empty disk and a new number.`}[e]}function T({kind:e,node:t}){return e===`drain`||e===`remove`?`node ${t}`:void 0}async function E(e,t){return t.kind===`lead`?void 0:O(e,t,!0)}async function D(e,t){t.kind===`lead`?await u(e.POST(`/v1/cluster/leader`,{body:{to:t.node}})):await O(e,t,!1)}async function O(e,{kind:t,node:n},r){let i={path:{node:n},query:{dry_run:r?`true`:`false`}};switch(t){case`promote`:return u(e.POST(`/v1/cluster/nodes/{node}/promote`,{params:i}));case`drain`:return u(e.POST(`/v1/cluster/nodes/{node}/drain`,{params:i}));case`remove`:return u(e.DELETE(`/v1/cluster/nodes/{node}`,{params:i}));case`lead`:throw Error(`a handover has no plan`)}}function k({kind:e,node:t},{members:n,leader:r}){let i=n.find(({id:e})=>e===t);switch(e){case`lead`:return r===t;case`promote`:return i!==void 0&&i.role!==`learner`;case`drain`:return i?.reach===`silent`;case`remove`:return 0<n.length&&i===void 0}}function ee(e){if(!(e instanceof m))return{words:`No node answered in time, so it may or may not be done. Asking again is safe.`,again:!0};let{code:t,detail:n}=e.problem;return e.response.status===401?{words:`The token is not accepted.`,again:!1}:e.response.status===403?{words:`Only operators may do this.`,again:!1}:t===`refused`?{words:`Refused: ${n}.`,again:!1}:t===`no_leader`?{words:`Not done yet: ${n}.`,again:!0}:{words:`Not done: ${n}.`,again:!1}}var A={at:0,clusterId:void 0,term:void 0,leader:void 0,led:void 0,members:[]};function te(e,t,n,r){let i=N(e,r),a=t?.cluster.nodes??[],o=new Set(a.map(({id:e})=>e)),s=t===void 0?[...i.keys()]:[...o],c=t!==void 0&&r-t.at<=2500?t:void 0,l=j(i,c,r),u=l===void 0?void 0:M(i.get(l),r),d=u?.behind,f=c?.cluster.nodes.find(({id:e})=>e===l),p=u?.last??f?.last_log_index??void 0,m=se([...[...i.values()].map(e=>M(e,r)?.term),c?.cluster.term])??n.term;return{at:r,clusterId:t?.cluster.cluster_id??n.clusterId,term:m,leader:l,led:l===void 0?n.led:{leader:l,term:m??0},members:s.sort((e,t)=>e-t).map(e=>{let t=c?.cluster.nodes.find(t=>t.id===e),o=a.find(t=>t.id===e),s=n.members.find(t=>t.id===e),u=i.get(e),f=u?.origin??P(o?.http??``),m=ie(e,u,c);return ne({id:e,origin:f,telling:u,peer:o?.peer,seen:t,heard:m,was:s,leader:l,lags:d,ahead:p,now:r})})}}function ne(e){let{id:t,origin:n,peer:r,telling:i,seen:a,heard:o,was:s,leader:c,lags:l,ahead:u,now:d}=e,f=i===void 0?void 0:M(i,d),p=f===void 0?[]:i?.checks??[],m=f?.last??a?.last_log_index??s?.last,h=p.filter(({failed:e})=>e!==void 0);return{id:t,origin:n,peer:r,reach:re(f,i,o,d),barred:i?.barred??!1,role:oe(t,c,a,s),ready:f!==void 0&&0<p.length&&h.length===0,failing:h,heardAt:i?.heardAt,term:f?.term,applied:f?.applied??a?.applied_index??s?.applied,last:m,behind:t===c?0:ae(l?.get(t),u,m),vitals:f}}function re(e,t,n,r){if(e!==void 0)return`answers`;if(t?.barred===!0)return n?`elsewhere`:`silent`;let i=t!==void 0&&(t.failed||t.heardAt!==void 0),a=t?.askedAt===void 0?0:r-t.askedAt;return!i&&a<=750?`unknown`:n?`elsewhere`:`silent`}function ie(e,t,n){let r=n?.cluster.nodes.find(t=>t.id===e);return n===void 0||r===void 0||r.role===`unreachable`?!1:t?.heardAt===void 0||t.heardAt+2500<n.at}function ae(e,t,n){return t===void 0||n===void 0?e:Math.min(e??1/0,Math.max(0,t-n))}function oe(e,t,n,r){if(e===t)return`leader`;let i=n?.role;return i===`learner`||r?.role===`learner`?i===void 0||i===`unreachable`||i===`learner`?`learner`:`follower`:i===void 0&&r===void 0?void 0:`follower`}function j(e,t,n){let r=[...e].flatMap(([e,t])=>{let r=M(t,n);return r?.leads===!0?[{id:e,term:r.term??0}]:[]}),i=t?.cluster.leader??void 0;if(t!==void 0&&i!==void 0){let a=e.get(i);M(a,n)===void 0&&ie(i,a,t)&&r.push({id:i,term:t.cluster.term})}return r.sort((e,t)=>t.term-e.term),r[0]?.id}function M(e,t){if(!(e?.heardAt===void 0||e.failed))return(e.askedAt===void 0?0:t-e.askedAt)<=750?e.vitals:void 0}function N(e,t){let n=new Map;for(let r of e){if(r.node===void 0)continue;let e=n.get(r.node);(e===void 0||!M(e,t)&&M(r,t))&&n.set(r.node,r)}return n}function se(e){let t=e.filter(e=>e!==void 0);return t.length===0?void 0:Math.max(...t)}function P(e){return e.includes(`://`)?new URL(e).origin:`${F()}//${e}`}function F(){return typeof location>`u`?`http:`:location.protocol}function ce(e){let{members:t,leader:n}=e;if(t.length===0)return{tone:`bad`,words:`No node answers this page`};let r=t.filter(({role:e})=>e!==`learner`),i=r.filter(({reach:e})=>e!==`silent`),a=t.filter(({reach:e})=>e===`silent`),o=le(a.map(({id:e})=>e));if(i.length===0)return{tone:`bad`,words:`No node answers this page`};if(i.length*2<=r.length)return{tone:`bad`,words:`No majority: only ${`${i.length} of ${r.length} voters`} can be reached, and writes wait`};if(n===void 0)return{tone:`bad`,words:`No leader is known: writes wait`};if(0<a.length)return{tone:`warn`,words:`${o} ${a.length===1?`does`:`do`} not answer; the others go on`};let s=t.filter(({reach:e})=>e===`unknown`);if(0<s.length)return{tone:`warn`,words:`Asking ${le(s.map(({id:e})=>e)).toLowerCase()}…`};let c=t.filter(({reach:e,ready:t})=>e===`answers`&&!t);if(0<c.length){let e=c.length===1?`is`:`are`;return{tone:`warn`,words:`${le(c.map(({id:e})=>e))} ${e} not ready`}}let l=t.filter(({reach:e})=>e!==`answers`);if(0<l.length){let e=l.length===1?`answers`:`answer`;return{tone:`warn`,words:`${le(l.map(({id:e})=>e))} ${e} other nodes, and not this page`}}return{tone:`good`,words:t.length===1?`The only node serves`:`All ${t.length} nodes serve`}}function le(e){return e.length===1?`Node ${e[0]}`:`Nodes ${e.slice(0,-1).join(`, `)} and ${e.at(-1)}`}function ue(e,t){return t!==void 0&&(t.leader!==e.leader||t.term!==e.term)}function de(e,t){if(e.members.length===0)return[];let n=[],r=(e,t)=>n.push({tone:e,words:t});for(let n of t.members){let t=e.members.find(({id:e})=>e===n.id);t===void 0?r(`good`,`Node ${n.id} is a member now`):fe(t,n,r)}for(let{id:n}of e.members)t.members.some(e=>e.id===n)||r(`warn`,`Node ${n} is no member any more`);return t.leader===void 0?e.leader!==void 0&&r(`bad`,`No leader is known`):e.led===void 0||ue(e.led,t.led)?r(`good`,`Node ${t.leader} leads, in term ${t.term??`?`}`):e.leader===void 0&&r(`good`,`Node ${t.leader} still leads`),n}function fe(e,t,n){let r=`Node ${t.id}`;if(e.reach!==t.reach)t.reach===`answers`&&e.reach!==`unknown`&&n(`good`,`${r} answers`),t.reach===`silent`&&n(`bad`,`${r} does not answer`),t.reach===`elsewhere`&&e.reach===`answers`&&n(`warn`,`${r} answers other nodes, and not this page`);else{if(t.reach===`answers`&&e.ready!==t.ready){let e=t.failing[0]?.failed??``;t.ready?n(`good`,`${r} is ready`):n(`warn`,`${r} is not ready${e===``?``:`: ${e}`}`)}e.role===`learner`&&t.role!==`learner`&&n(`good`,`${r} votes now`)}}var pe=[[],[7,3],[2,2],[9,3,2,3],[4,2],[1,3]];function me(e){return(e-1)%pe.length}var he=n`
  :host {
    display: block;
    font-variant-numeric: tabular-nums;
    --l0: light-dark(#5b2ea6, #b79cff);
    --l1: light-dark(#0b6f82, #5fd0e0);
    --l2: light-dark(#a04a00, #ffb067);
    --l3: light-dark(#2c6e2f, #8fd694);
    --l4: light-dark(#a61e4d, #ff8fb8);
    --l5: light-dark(#364fc7, #91a7ff);
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3 {
    margin: 0;
    font-size: 0.95rem;
    font-weight: 600;
    line-height: 1.4;
  }
  p {
    margin: 0;
  }
  .soft {
    color: var(--ink-soft);
  }
  .small {
    font-size: 0.8125rem;
  }
  .good {
    color: var(--good);
  }
  .warn {
    color: var(--warn);
  }
  .bad {
    color: var(--bad);
  }
  .scrolls {
    position: relative;
    overflow-x: auto;
    border-radius: var(--radius);
  }
  .scrolls:focus-visible,
  button:focus-visible,
  input:focus-visible,
  summary:focus-visible,
  a:focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  a {
    color: var(--accent);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.8125rem;
    line-height: 1.35;
  }
  th,
  td {
    padding: 0.5rem 0.5rem;
    border-bottom: 1px solid var(--line);
    text-align: left;
    white-space: nowrap;
    vertical-align: middle;
  }
  thead th {
    color: var(--ink-soft);
    font-size: 0.75rem;
    font-weight: 500;
  }
  tbody th {
    font-weight: 600;
  }
  tbody th .small {
    font-weight: 400;
  }
  th:first-child,
  td:first-child {
    padding-left: 1rem;
  }
  th:last-child,
  td:last-child {
    padding-right: 1rem;
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  .number {
    text-align: right;
  }
  button {
    min-height: 2rem;
    padding: 0.25rem 0.7rem;
    border: 1px solid var(--line);
    border-radius: 0.45rem;
    background: var(--card);
    color: var(--ink);
    font: inherit;
    font-size: 0.8125rem;
    cursor: pointer;
  }
  button:hover:not(:disabled) {
    border-color: var(--ink-soft);
  }
  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  button.danger {
    border-color: var(--bad);
    color: var(--bad);
    font-weight: 600;
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
  }
  @media (pointer: coarse) {
    button {
      min-height: 2.75rem;
    }
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`,ge=n`
  h2 {
    font-size: 1.125rem;
  }
  label {
    display: grid;
    gap: 0.35rem;
  }
  input {
    min-height: 2.75rem;
    padding: 0.4rem 0.7rem;
    border: 1px solid var(--ink-soft);
    border-radius: 0.45rem;
    background: var(--paper);
    color: var(--ink);
    font: inherit;
  }
`,_e=6e4,ve=class extends r{constructor(...e){super(...e),this.picture=A,this.client=()=>{throw Error(`a client is needed`)},this.step={at:`planning`},this.text=``}static{this.styles=[he,ge,n`
      dialog {
        width: min(32rem, calc(100vw - 2rem));
        max-height: calc(100dvh - 2rem);
        padding: 1.25rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
        color: var(--ink);
        box-shadow: 0 1rem 3rem rgb(0 0 0 / 0.25);
      }
      dialog::backdrop {
        background: rgb(10 8 20 / 0.55);
      }
      .body {
        display: grid;
        gap: 0.9rem;
        font-size: 0.9375rem;
        line-height: 1.5;
      }
      ol,
      ul {
        margin: 0;
        padding-left: 1.3rem;
      }
      .warning {
        padding: 0.6rem 0.8rem;
        border-left: 3px solid var(--warn);
        background: color-mix(in srgb, var(--warn) 9%, transparent);
      }
      .outcome {
        padding: 0.6rem 0.8rem;
        border-left: 3px solid currentColor;
      }
      .outcome span {
        color: var(--ink);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 0.6rem;
      }
      .buttons button {
        min-height: 2.5rem;
        padding: 0.4rem 1rem;
        font-size: 0.9375rem;
      }
      .way {
        display: grid;
        gap: 0.35rem;
        padding: 0;
        list-style: none;
      }
      .way li::before {
        content: "○ ";
        color: var(--ink-soft);
      }
      .way li.past::before {
        content: "● ";
        color: var(--good);
      }
      .way li.present::before {
        content: "◐ ";
        color: var(--accent);
      }
    `]}async ask(e){this.step.at!==`asked`&&this.step.at!==`accepted`&&(this.change=e,this.text=``,this.makePlan(e)),await this.updateComplete,this.dialog.showModal(),this.focusStep()}willUpdate(){if(this.change!==void 0&&this.step.at===`accepted`){if(k(this.change,this.picture))this.finish(`good`,`${C(this.change)}: done`,!1);else if(_e<Date.now()-this.step.since){let e=`${C(this.change)}: accepted, and not seen within a minute`;this.finish(`warn`,e,!1)}}}updated(e){e.has(`step`)&&this.dialog.open&&this.focusStep()}focusStep(){let e=[...this.renderRoot.querySelectorAll(`.buttons button:enabled`)];(this.renderRoot.querySelector(`input`)??(this.step.at===`planned`?e.at(-1):e[0]))?.focus()}render(){let t=this.change;return i`
      <dialog aria-labelledby="title" @close=${()=>this.forget()}>
        ${t===void 0?e:this.question(t)}
      </dialog>
    `}question(e){return i`
      <form method="dialog" class="body" @submit=${t=>this.submit(t,e)}>
        <h2 id="title">${C(e)}${this.step.at===`sure`?`?`:``}</h2>
        <div class="body" aria-live="polite">${this.body(e)}</div>
        <div class="buttons">${this.buttons(e)}</div>
      </form>
    `}body(e){let{step:t}=this;switch(t.at){case`planning`:return i`<p>${w(e)}</p>
          <p class="soft">Asking the leader what this would do…</p>`;case`planned`:return i`<p>${w(e)}</p>
          ${be(t.plan)}`;case`sure`:return this.confirmation(e);case`asked`:case`accepted`:return xe(t.at,Date.now()-t.since);case`done`:return i`<p class="outcome ${t.tone}"><span>${t.words}</span></p>`}}confirmation(e){let t=T(e);return t===void 0?i`<p>This is the second question: shall it be done now?</p>`:i`
      <label>
        <span>To confirm, type <strong>${t}</strong>.</span>
        <input
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          .value=${this.text}
          @input=${e=>this.text=e.target.value}
        />
      </label>
    `}buttons(t){let{step:n}=this,r=e=>i`<button type="button" @click=${()=>this.dialog.close()}>${e}</button>`;switch(n.at){case`planning`:return r(`Cancel`);case`planned`:return i`${r(`Cancel`)}
          <button class="primary" ?disabled=${ye(n.plan)}>Continue</button>`;case`sure`:{let e=T(t),n=e===void 0?`primary`:`danger`,a=e===void 0||this.text.trim().toLowerCase()===e;return i`${r(`Cancel`)}
          <button class=${n} ?disabled=${!a}>${C(t)}</button>`}case`asked`:case`accepted`:return r(`Go on in the background`);case`done`:return i`${n.again?i`<button class="primary">Ask again</button>`:e}
        ${r(`Close`)}`}}submit(e,t){e.preventDefault();let{step:n}=this;if(n.at===`planned`&&!ye(n.plan))this.step={at:`sure`,plan:n.plan};else if(n.at===`sure`){let e=T(t);(e===void 0||this.text.trim().toLowerCase()===e)&&this.carry(t)}else n.at===`done`&&n.again&&this.makePlan(t)}async makePlan(e){this.step={at:`planning`};try{let t=await E(this.client(e.node),e);this.change===e&&(this.step={at:`planned`,plan:t})}catch(t){if(this.change!==e)return;let{words:n,again:r}=ee(t);this.step={at:`done`,tone:r?`warn`:`bad`,words:n,again:r}}}async carry(e){this.step={at:`asked`,since:Date.now()};try{await D(this.client(e.node),e),this.step={at:`accepted`,since:Date.now()}}catch(t){let{words:n,again:r}=ee(t);this.finish(r?`warn`:`bad`,`${C(e)}: ${n}`,r)}}finish(e,t,n){this.step={at:`done`,tone:e,words:t,again:n},this.dispatchEvent(new CustomEvent(`outcome`,{detail:{tone:e,words:t}}))}forget(){this.step.at!==`asked`&&this.step.at!==`accepted`&&(this.change=void 0,this.step={at:`planning`})}};g([s({attribute:!1})],ve.prototype,`picture`,void 0),g([s({attribute:!1})],ve.prototype,`client`,void 0),g([b()],ve.prototype,`change`,void 0),g([b()],ve.prototype,`step`,void 0),g([b()],ve.prototype,`text`,void 0),g([v(`dialog`)],ve.prototype,`dialog`,void 0),ve=g([y(`ask-twice`)],ve);function ye(e){return e!==void 0&&e.steps.length===0}function be(t){if(t===void 0)return e;if(ye(t))return i`<p>There is nothing to do: it is so already.</p>`;let{before:n,after:r,warnings:a}=t;return i`
    <ol>
      ${t.steps.map(e=>i`<li>${e}</li>`)}
    </ol>
    <p class="soft small">
      Voters now: ${Se(n.voters)}; then: ${Se(r.voters)}.
      ${r.learners.length===0?e:i`Learners then: ${Se(r.learners)}.`}
    </p>
    ${a.map(e=>i`<p class="warning">${e}</p>`)}
  `}function xe(e,t){let n=e===`asked`,r=Math.round(t/1e3);return i`
    <ul class="way">
      <li class=${n?`present`:`past`}>
        ${n?`Asked the leader, ${r} s ago`:`The cluster has said yes`}
      </li>
      <li class=${n?``:`present`}>
        ${n?`Then: seen in the cluster`:`Waiting to see it, for ${r} s`}
      </li>
    </ul>
  `}function Se(e){return e.length===0?`none`:e.join(`, `)}var Ce=new Intl.NumberFormat(`en`,{maximumFractionDigits:0});function I(e){return e===void 0?`–`:Ce.format(e)}function L(e){return e===void 0?`–`:e<10&&e!==Math.round(e)?e.toFixed(1):Ce.format(e)}function R(e){if(e===void 0)return`–`;let t=Math.abs(e);return t===0?`0`:t<.001?`${Ce.format(e*1e6)} µs`:t<.01?`${(e*1e3).toFixed(1)} ms`:t<1?`${Ce.format(e*1e3)} ms`:t<10&&e!==Math.round(e)?`${e.toFixed(1)} s`:t<120?`${Ce.format(e)} s`:t<7200?`${Ce.format(e/60)} min`:`${Ce.format(e/3600)} h`}function we(e){if(e===void 0)return`–`;let t=R(Math.abs(e));return e===0?t:`${e<0?`−`:`+`}${t}`}var Te=30,Ee=58,De=16,Oe=class extends r{constructor(...e){super(...e),this.picture=A,this.width=0,this.sized=new ResizeObserver(()=>this.width=this.frame.clientWidth)}static{this.styles=[he,n`
      :host {
        min-width: 0;
      }
      .frame {
        overflow: hidden;
      }
      svg {
        display: block;
        width: 100%;
      }
      text {
        fill: var(--ink);
        font-size: 13px;
        text-anchor: middle;
      }
      .number {
        font-size: 20px;
        font-weight: 700;
        dominant-baseline: central;
      }
      .state {
        font-weight: 600;
      }
      .state.good {
        fill: var(--ink);
      }
      .state.warn {
        fill: var(--warn);
      }
      .state.bad {
        fill: var(--bad);
      }
      .aside {
        fill: var(--ink-soft);
        font-size: 12px;
      }
      .shape {
        fill: var(--card);
        stroke: var(--ink-soft);
        stroke-width: 2;
        transition:
          fill 0.3s,
          stroke 0.3s;
      }
      .leader .shape {
        fill: var(--accent);
        stroke: var(--accent);
      }
      .leader .number {
        fill: var(--on-accent);
      }
      .learner .shape {
        stroke-dasharray: 5 4;
      }
      .warn .shape {
        stroke: var(--warn);
        stroke-width: 3;
      }
      .silent .shape {
        fill: var(--paper);
        stroke: var(--bad);
        stroke-dasharray: 3 5;
      }
      .silent .number {
        fill: var(--ink-soft);
      }
      .cross {
        stroke: var(--bad);
        stroke-width: 2.5;
        stroke-linecap: round;
      }
      .halo {
        fill: none;
        stroke: var(--accent);
        stroke-width: 1.5;
        opacity: 0.45;
        transform-box: fill-box;
        transform-origin: center;
        animation: pulse 2.4s ease-out infinite;
      }
      .link {
        stroke: var(--line);
        stroke-width: 2;
      }
      .flow {
        stroke: var(--accent);
        stroke-width: 2.5;
        stroke-linecap: round;
        stroke-dasharray: 1 13;
        animation: flow 1.4s linear infinite;
      }
      .link.broken {
        stroke: var(--bad);
        stroke-dasharray: 2 7;
      }
      .tag {
        fill: var(--card);
        stroke: var(--line);
      }
      @keyframes flow {
        to {
          stroke-dashoffset: -28;
        }
      }
      @keyframes pulse {
        from {
          transform: scale(1);
          opacity: 0.6;
        }
        to {
          transform: scale(1.35);
          opacity: 0;
        }
      }
    `]}firstUpdated(){this.sized.observe(this.frame)}disconnectedCallback(){super.disconnectedCallback(),this.sized.disconnect()}render(){return i`<div class="frame">${this.width===0?e:this.drawing()}</div>`}drawing(){let{members:e,leader:t}=this.picture,n=je(e.length,this.width),r=Math.max(...n.map(({y:e})=>e),Te)+Te+Ee,a={x:0,y:0},o=new Map(e.map(({id:e},t)=>[e,n[t]??a])),s=t===void 0?void 0:o.get(t),c=s===void 0?[]:e.filter(({id:e})=>e!==t);return i`
      <svg
        viewBox="0 0 ${this.width} ${r}"
        height=${r}
        role="img"
        aria-label=${this.words()}
      >
        ${c.map(e=>Me(s??a,o.get(e.id),e))}
        ${e.map((t,n)=>{let r=2<e.length&&n===0;return Pe(t,o.get(t.id),r,this.picture.at)})}
      </svg>
    `}words(){let e=this.picture.members.map(e=>`node ${e.id}: ${Ae(e)}`);return`${ce(this.picture).words}. ${e.join(`, `)}`}};g([s({attribute:!1})],Oe.prototype,`picture`,void 0),g([b()],Oe.prototype,`width`,void 0),g([v(`.frame`)],Oe.prototype,`frame`,void 0),Oe=g([y(`cluster-picture`)],Oe);function ke(e){let t=e.role??`member`;switch(e.reach){case`silent`:return{tone:`bad`,words:`unreachable`,more:``};case`elsewhere`:return{tone:`warn`,words:t,more:`not seen from here`};case`unknown`:return{tone:`warn`,words:t,more:`not asked yet`};case`answers`:return e.ready?{tone:`good`,words:t,more:``}:{tone:`warn`,words:t,more:`not ready`}}}function Ae(e){let{words:t,more:n}=ke(e);return n===``?t:`${t}, ${n}`}function je(e,t){let n=Math.min(t/2-62,210),r=t/2,i=Te+(e<3?14:Ee);if(e<=1)return[{x:r,y:i}];if(e===2)return[-1,1].map(e=>({x:r+e*n,y:i}));let a=84+22*(e-3);return Array.from({length:e},(t,o)=>{let s=2*Math.PI*o/e-Math.PI/2;return{x:r+n*Math.cos(s),y:i+a*(1+Math.sin(s))}})}function Me(n,r,i){if(r===void 0)return e;let a=Math.hypot(r.x-n.x,r.y-n.y),[o,s]=[(r.x-n.x)/a,(r.y-n.y)/a],[c,l]=[n.x+o*38,n.y+s*38],[u,d]=[r.x-o*38,r.y-s*38],f=i.reach===`silent`,p=t`<line class=${f?`link broken`:`link`} x1=${c} y1=${l} x2=${u} y2=${d} />`;if(f)return p;let m=t`<line class="flow" x1=${c} y1=${l} x2=${u} y2=${d} />`,h=Ne(i);if(h===``)return t`${p}${m}`;let g=h.length*6.6+14,[_,v]=[(c+u)/2,(l+d)/2];return t`
    ${p}${m}
    <rect class="tag" x=${_-g/2} y=${v-10} width=${g} height="20" rx="10" />
    <text class="aside" x=${_} y=${v+4}>${h}</text>
  `}function Ne({behind:e}){return e===void 0?``:e<=De?`in step`:`${I(e)} behind`}function Pe(n,r,i,a){if(r===void 0)return e;let{x:o,y:s}=r,{tone:c,words:l,more:u}=ke(n),d=n.role===`leader`&&n.reach!==`silent`,f=d?`leader`:n.role??``,p=n.heardAt===void 0?void 0:(a-n.heardAt)/1e3,m=[l,n.reach===`silent`&&p!==void 0?`for ${R(Math.max(1,Math.round(p)))}`:u,`applied ${I(n.applied)}`].filter(e=>e!==``),h=i?-44-16*(m.length-1):50;return t`
    <g class="${f} ${n.reach} ${c}" transform="translate(${o} ${s})">
      ${d?t`<path class="halo" d=${Fe(34)} />`:e}
      ${d?t`<path class="shape" d=${Fe(32)} />`:t`<circle class="shape" r=${Te} />`}
      <text class="number">${n.id}</text>
      ${n.reach===`silent`?t`<path class="cross" d="M18 -30 l12 12 m0 -12 l-12 12" />`:e}
      ${m.map((e,n)=>{let r=n===0?`state ${c}`:`aside`;return t`<text class=${r} y=${h+16*n}>${e}</text>`})}
    </g>
  `}function Fe(e){return`M${Array.from({length:6},(t,n)=>{let r=Math.PI/3*n+Math.PI/6;return`${(e*Math.cos(r)).toFixed(1)} ${(e*Math.sin(r)).toFixed(1)}`}).join(`L`)}Z`}var Ie=class extends r{constructor(...e){super(...e),this.picture=A,this.acts=!1}static{this.styles=[he,n`
      .dot {
        display: inline-block;
        width: 0.6rem;
        height: 0.6rem;
        margin-right: 0.45rem;
        border-radius: 50%;
        background: currentColor;
      }
      .dot.bad {
        border-radius: 0;
        transform: rotate(45deg);
      }
      .dot.warn {
        border-radius: 0.1rem;
      }
      .words {
        color: var(--ink);
      }
      .actions {
        display: flex;
        justify-content: flex-end;
        gap: 0.1rem;
        margin-right: -0.5rem;
      }
      .actions button {
        padding: 0.25rem 0.5rem;
        border-color: transparent;
        color: var(--accent);
        background: none;
      }
      .actions button:hover {
        border-color: var(--line);
      }
      .why {
        max-width: 18rem;
        white-space: normal;
      }
    `]}render(){return i`
      <div class="scrolls" role="region" aria-label="Members" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">State</th>
              <th scope="col" class="number">Term</th>
              <th scope="col" class="number">Log</th>
              <th scope="col" class="number">Applied</th>
              <th scope="col" class="number">Behind leader</th>
              <th scope="col" class="number">Sync p99</th>
              <th scope="col" class="number">Clock</th>
              <th scope="col" class="number">Connections</th>
              <th scope="col" class="number">Streams</th>
              <th scope="col" class="number">Requests/s</th>
              <th scope="col" class="number">Disk free</th>
              ${this.acts?i`<th scope="col" class="number">Change</th>`:e}
            </tr>
          </thead>
          <tbody>
            ${this.picture.members.map(e=>this.row(e))}
          </tbody>
        </table>
      </div>
    `}row(t){let{vitals:n}=t,{tone:r}=ke(t);return i`
      <tr>
        <th scope="row">
          Node ${t.id}
          <div class="soft small">${t.origin.replace(/^https?:\/\//,``)}</div>
        </th>
        <td>
          <span class="dot ${r}" aria-hidden="true"></span
          ><span class="words">${Ae(t)}</span>
          ${this.why(t)}
        </td>
        <td class="number">${I(t.term)}</td>
        <td class="number">${I(t.last)}</td>
        <td class="number">${I(t.applied)}</td>
        <td class="number">${I(t.behind)}</td>
        <td class="number">${R(n?.syncP99)}</td>
        <td class="number">${we(n?.clockOffset)}</td>
        <td class="number">${I(n?.connections)}</td>
        <td class="number">${I(n?.streams)}</td>
        <td class="number">${L(n?.requests)}</td>
        <td class="number">${Le(n?.diskFree)}</td>
        ${this.acts?i`<td><div class="actions">${this.buttons(t)}</div></td>`:e}
      </tr>
    `}why(e){return e.barred?i`<div class="soft small why">
        Joined after this page was loaded: <a href=${location.href}>reload</a> to ask it too.
      </div>`:e.failing.map(({name:e,failed:t})=>i`<div class="soft small why">${e}: ${t}</div>`)}buttons(e){return x(e).map(t=>{let n={kind:t,node:e.id},r=`${S[t]}: node ${e.id}`;return i`<button aria-label=${r} @click=${()=>this.wish(n)}>
        ${S[t]}
      </button>`})}wish(e){this.dispatchEvent(new CustomEvent(`wish`,{detail:e}))}};g([s({attribute:!1})],Ie.prototype,`picture`,void 0),g([s({type:Boolean})],Ie.prototype,`acts`,void 0),Ie=g([y(`cluster-members`)],Ie);function Le(e){return e===void 0?`–`:`${I(e/1e9)} GB`}var Re=!0,ze=`uplot`,Be=`u-hz`,Ve=`u-vt`,He=`u-title`,Ue=`u-wrap`,We=`u-under`,Ge=`u-over`,Ke=`u-axis`,qe=`u-off`,Je=`u-select`,Ye=`u-cursor-x`,Xe=`u-cursor-y`,Ze=`u-cursor-pt`,Qe=`u-legend`,$e=`u-live`,et=`u-inline`,tt=`u-series`,nt=`u-marker`,rt=`u-label`,it=`u-value`,at=`width`,ot=`height`,st=`top`,ct=`bottom`,lt=`left`,ut=`right`,dt=`#000`,ft=`#0000`,pt=`mousemove`,mt=`mousedown`,ht=`mouseup`,gt=`mouseenter`,_t=`mouseleave`,vt=`dblclick`,yt=`resize`,bt=`scroll`,xt=`change`,St=`dppxchange`,Ct=`--`,wt=typeof window<`u`,Tt=wt?document:null,Et=wt?window:null,Dt=wt?navigator:null,z,Ot;function kt(){let e=devicePixelRatio;z!=e&&(z=e,Ot&&Ut(xt,Ot,kt),Ot=matchMedia(`(min-resolution: ${z-.001}dppx) and (max-resolution: ${z+.001}dppx)`),Ht(xt,Ot,kt),Et.dispatchEvent(new CustomEvent(St)))}function At(e,t){if(t!=null){let n=e.classList;!n.contains(t)&&n.add(t)}}function jt(e,t){let n=e.classList;n.contains(t)&&n.remove(t)}function B(e,t,n){e.style[t]=n+`px`}function Mt(e,t,n,r){let i=Tt.createElement(e);return t!=null&&At(i,t),n?.insertBefore(i,r),i}function Nt(e,t){return Mt(`div`,e,t)}var Pt=new WeakMap;function Ft(e,t,n,r,i){let a=`translate(`+t+`px,`+n+`px)`;a!=Pt.get(e)&&(e.style.transform=a,Pt.set(e,a),t<0||n<0||t>r||n>i?At(e,qe):jt(e,qe))}var It=new WeakMap;function Lt(e,t,n){let r=t+n;r!=It.get(e)&&(It.set(e,r),e.style.background=t,e.style.borderColor=n)}var Rt=new WeakMap;function zt(e,t,n,r){let i=t+``+n;i!=Rt.get(e)&&(Rt.set(e,i),e.style.height=n+`px`,e.style.width=t+`px`,e.style.marginLeft=r?-t/2+`px`:0,e.style.marginTop=r?-n/2+`px`:0)}var Bt={passive:!0},Vt={...Bt,capture:!0};function Ht(e,t,n,r){t.addEventListener(e,n,r?Vt:Bt)}function Ut(e,t,n,r){t.removeEventListener(e,n,Bt)}wt&&kt();function Wt(e,t,n,r){let i;n||=0,r||=t.length-1;let a=r<=2147483647;for(;r-n>1;)i=a?n+r>>1:U((n+r)/2),t[i]<e?n=i:r=i;return e-t[n]<=t[r]-e?n:r}function Gt(e){return(t,n,r)=>{let i=-1,a=-1;for(let a=n;a<=r;a++)if(e(t[a])){i=a;break}for(let i=r;i>=n;i--)if(e(t[i])){a=i;break}return[i,a]}}var Kt=e=>e!=null,qt=e=>e!=null&&e>0,Jt=Gt(Kt),Yt=Gt(qt);function Xt(e,t,n,r=0,i=!1){let a=i?Yt:Jt,o=i?qt:Kt;[t,n]=a(e,t,n);let s=e[t],c=e[t];if(t>-1){if(r==1)s=e[t],c=e[n];else if(r==-1)s=e[n],c=e[t];else for(let r=t;r<=n;r++){let t=e[r];o(t)&&(t<s?s=t:t>c&&(c=t))}}return[s??W,c??-W]}function Zt(e,t,n,r){let i=gn(e),a=gn(t);e==t&&(i==-1?(e*=n,t/=n):(e/=n,t*=n));let o=n==10?_n:vn,s=i==1?U:fn,c=a==1?fn:U,l=s(o(un(e))),u=c(o(un(t))),d=hn(n,l),f=hn(n,u);return n==10&&(l<0&&(d=K(d,-l)),u<0&&(f=K(f,-u))),r||n==2?(e=d*i,t=f*a):(e=Pn(e,d),t=Nn(t,f)),[e,t]}function Qt(e,t,n,r){let i=Zt(e,t,n,r);return e==0&&(i[0]=0),t==0&&(i[1]=0),i}var $t=.1,en={mode:3,pad:$t},tn={pad:0,soft:null,mode:0},nn={min:tn,max:tn};function rn(e,t,n,r){return Gn(n)?on(e,t,n):(tn.pad=n,tn.soft=r?0:null,tn.mode=r?3:0,on(e,t,nn))}function V(e,t){return e??t}function an(e,t,n){for(t=V(t,0),n=V(n,e.length-1);t<=n;){if(e[t]!=null)return!0;t++}return!1}function on(e,t,n){let r=n.min,i=n.max,a=V(r.pad,0),o=V(i.pad,0),s=V(r.hard,-W),c=V(i.hard,W),l=V(r.soft,W),u=V(i.soft,-W),d=V(r.mode,0),f=V(i.mode,0),p=t-e,m=_n(p),h=mn(un(e),un(t)),g=un(_n(h)-m);(p<1e-24||g>10)&&(p=0,(e==0||t==0)&&(p=1e-24,d==2&&l!=W&&(a=0),f==2&&u!=-W&&(o=0)));let _=p||h||1e3,v=hn(10,U(_n(_))),y=K(Pn(e-_*(p==0?e==0?.1:1:a),v/10),24),b=e>=l&&(d==1||d==3&&y<=l||d==2&&y>=l)?l:W,x=mn(s,y<b&&e>=b?b:pn(b,y)),S=K(Nn(t+_*(p==0?t==0?.1:1:o),v/10),24),C=t<=u&&(f==1||f==3&&S>=u||f==2&&S<=u)?u:-W,w=pn(c,S>C&&t<=C?C:mn(C,S));return x==w&&x==0&&(w=100),[x,w]}var sn=new Intl.NumberFormat(wt?Dt.language:`en-US`),cn=e=>sn.format(e),H=Math,ln=H.PI,un=H.abs,U=H.floor,dn=H.round,fn=H.ceil,pn=H.min,mn=H.max,hn=H.pow,gn=H.sign,_n=H.log10,vn=H.log2,yn=(e,t=1)=>H.sinh(e)*t,bn=(e,t=1)=>H.asinh(e/t),W=1/0;function xn(e){return(_n((e^e>>31)-(e>>31))|0)+1}function Sn(e,t,n){return pn(mn(e,t),n)}function Cn(e){return typeof e==`function`}function G(e){return Cn(e)?e:()=>e}var wn=()=>{},Tn=e=>e,En=(e,t)=>t,Dn=e=>null,On=e=>!0,kn=(e,t)=>e==t,An=/\.\d*?(?=9{6,}|0{6,})/gm,jn=e=>{if(Hn(e)||Fn.has(e))return e;let t=`${e}`,n=t.match(An);if(n==null)return e;let r=n[0].length-1;if(t.indexOf(`e-`)!=-1){let[e,n]=t.split(`e`);return+`${jn(e)}e${n}`}return K(e,r)};function Mn(e,t){return jn(K(jn(e/t))*t)}function Nn(e,t){return jn(fn(jn(e/t))*t)}function Pn(e,t){return jn(U(jn(e/t))*t)}function K(e,t=0){if(Hn(e))return e;let n=10**t;return dn(e*n*(1+2**-52))/n}var Fn=new Map;function In(e){return((``+e).split(`.`)[1]||``).length}function Ln(e,t,n,r){let i=[],a=r.map(In);for(let o=t;o<n;o++){let t=un(o),n=K(hn(e,o),t);for(let s=0;s<r.length;s++){let c=e==10?+`${r[s]}e${o}`:r[s]*n,l=(o>=0?0:t)+(o>=a[s]?0:a[s]),u=e==10?c:K(c,l);i.push(u),Fn.set(u,l)}}return i}var Rn={},zn=[],Bn=[null,null],Vn=Array.isArray,Hn=Number.isInteger,Un=e=>e===void 0;function Wn(e){return typeof e==`string`}function Gn(e){let t=!1;if(e!=null){let n=e.constructor;t=n==null||n==Object}return t}function Kn(e){return typeof e==`object`&&!!e}var qn=Object.getPrototypeOf(Uint8Array),Jn=`__proto__`;function Yn(e,t=Gn){let n;if(Vn(e)){let r=e.find(e=>e!=null);if(Vn(r)||t(r)){n=Array(e.length);for(let r=0;r<e.length;r++)n[r]=Yn(e[r],t)}else n=e.slice()}else if(e instanceof qn)n=e.slice();else if(t(e)){n={};for(let r in e)r!=Jn&&(n[r]=Yn(e[r],t))}else n=e;return n}function Xn(e){let t=arguments;for(let n=1;n<t.length;n++){let r=t[n];for(let t in r)t!=Jn&&(Gn(e[t])?Xn(e[t],Yn(r[t])):e[t]=Yn(r[t]))}return e}var Zn=0,Qn=1,$n=2;function er(e,t,n){for(let r=0,i,a=-1;r<t.length;r++){let o=t[r];if(o>a){for(i=o-1;i>=0&&e[i]==null;)e[i--]=null;for(i=o+1;i<n&&e[i]==null;)e[a=i++]=null}}}function tr(e,t){if(ir(e)){let t=e[0].slice();for(let n=1;n<e.length;n++)t.push(...e[n].slice(1));return ar(t[0])||(t=rr(t)),t}let n=new Set;for(let t=0;t<e.length;t++){let r=e[t][0],i=r.length;for(let e=0;e<i;e++)n.add(r[e])}let r=[Array.from(n).sort((e,t)=>e-t)],i=r[0].length,a=new Map;for(let e=0;e<i;e++)a.set(r[0][e],e);for(let n=0;n<e.length;n++){let o=e[n],s=o[0];for(let e=1;e<o.length;e++){let c=o[e],l=Array(i).fill(void 0),u=t?t[n][e]:Qn,d=[];for(let e=0;e<c.length;e++){let t=c[e],n=a.get(s[e]);t===null?u!=Zn&&(l[n]=t,u==$n&&d.push(n)):l[n]=t}er(l,d,i),r.push(l)}}return r}var nr=typeof queueMicrotask>`u`?e=>Promise.resolve().then(e):queueMicrotask;function rr(e){let t=e[0],n=t.length,r=Array(n);for(let e=0;e<r.length;e++)r[e]=e;r.sort((e,n)=>t[e]-t[n]);let i=[];for(let t=0;t<e.length;t++){let a=e[t],o=Array(n);for(let e=0;e<n;e++)o[e]=a[r[e]];i.push(o)}return i}function ir(e){let t=e[0][0],n=t.length;for(let r=1;r<e.length;r++){let i=e[r][0];if(i.length!=n)return!1;if(i!=t){for(let e=0;e<n;e++)if(i[e]!=t[e])return!1}}return!0}function ar(e,t=100){let n=e.length;if(n<=1)return!0;let r=0,i=n-1;for(;r<=i&&e[r]==null;)r++;for(;i>=r&&e[i]==null;)i--;if(i<=r)return!0;let a=mn(1,U((i-r+1)/t));for(let t=e[r],n=r+a;n<=i;n+=a){let r=e[n];if(r!=null){if(r<=t)return!1;t=r}}return!0}var or=[`January`,`February`,`March`,`April`,`May`,`June`,`July`,`August`,`September`,`October`,`November`,`December`],sr=[`Sunday`,`Monday`,`Tuesday`,`Wednesday`,`Thursday`,`Friday`,`Saturday`];function cr(e){return e.slice(0,3)}var lr=sr.map(cr),ur={MMMM:or,MMM:or.map(cr),WWWW:sr,WWW:lr};function dr(e){return(e<10?`0`:``)+e}function fr(e){return(e<10?`00`:e<100?`0`:``)+e}var pr={YYYY:e=>e.getFullYear(),YY:e=>(e.getFullYear()+``).slice(2),MMMM:(e,t)=>t.MMMM[e.getMonth()],MMM:(e,t)=>t.MMM[e.getMonth()],MM:e=>dr(e.getMonth()+1),M:e=>e.getMonth()+1,DD:e=>dr(e.getDate()),D:e=>e.getDate(),WWWW:(e,t)=>t.WWWW[e.getDay()],WWW:(e,t)=>t.WWW[e.getDay()],HH:e=>dr(e.getHours()),H:e=>e.getHours(),h:e=>{let t=e.getHours();return t==0?12:t>12?t-12:t},AA:e=>e.getHours()>=12?`PM`:`AM`,aa:e=>e.getHours()>=12?`pm`:`am`,a:e=>e.getHours()>=12?`p`:`a`,mm:e=>dr(e.getMinutes()),m:e=>e.getMinutes(),ss:e=>dr(e.getSeconds()),s:e=>e.getSeconds(),fff:e=>fr(e.getMilliseconds())};function mr(e,t){t||=ur;let n=[],r=/\{([a-z]+)\}|[^{]+/gi,i;for(;i=r.exec(e);)n.push(i[0][0]==`{`?pr[i[1]]:i[0]);return e=>{let r=``;for(let i=0;i<n.length;i++)r+=typeof n[i]==`string`?n[i]:n[i](e,t);return r}}var hr=new Intl.DateTimeFormat().resolvedOptions().timeZone;function gr(e,t){let n;return t==`UTC`||t==`Etc/UTC`?n=new Date(+e+e.getTimezoneOffset()*6e4):t==hr?n=e:(n=new Date(e.toLocaleString(`en-US`,{timeZone:t})),n.setMilliseconds(e.getMilliseconds())),n}var _r=e=>e%1==0,vr=[1,2,2.5,5],yr=Ln(10,-32,0,vr),br=Ln(10,0,32,vr),xr=br.filter(_r),Sr=yr.concat(br),Cr=`
`,wr=`{YYYY}`,Tr=Cr+wr,Er=`{M}/{D}`,Dr=Cr+Er,Or=Dr+`/{YY}`,kr=`{aa}`,Ar=`{h}:{mm}`+kr,jr=Cr+Ar,Mr=`:{ss}`,q=null;function Nr(e){let t=e*1e3,n=t*60,r=n*60,i=r*24,a=i*30,o=i*365,s=(e==1?Ln(10,0,3,vr).filter(_r):Ln(10,-3,0,vr)).concat([t,t*5,t*10,t*15,t*30,n,n*5,n*10,n*15,n*30,r,r*2,r*3,r*4,r*6,r*8,r*12,i,i*2,i*3,i*4,i*5,i*6,i*7,i*8,i*9,i*10,i*15,a,a*2,a*3,a*4,a*6,o,o*2,o*5,o*10,o*25,o*50,o*100]),c=[[o,wr,q,q,q,q,q,q,1],[i*28,`{MMM}`,Tr,q,q,q,q,q,1],[i,Er,Tr,q,q,q,q,q,1],[r,`{h}`+kr,Or,q,Dr,q,q,q,1],[n,Ar,Or,q,Dr,q,q,q,1],[t,Mr,Or+` `+Ar,q,Dr+` `+Ar,q,jr,q,1],[e,Mr+`.{fff}`,Or+` `+Ar,q,Dr+` `+Ar,q,jr,q,1]];function l(t){return(s,c,l,u,d,f)=>{let p=[],m=d>=o,h=d>=a&&d<o,g=t(l),_=K(g*e,3),v=Ur(g.getFullYear(),m?0:g.getMonth(),h||m?1:g.getDate()),y=K(v*e,3);if(h||m){let n=h?d/a:0,r=m?d/o:0,i=_==y?_:K(Ur(v.getFullYear()+r,v.getMonth()+n,1)*e,3),s=new Date(dn(i/e)),c=s.getFullYear(),l=s.getMonth();for(let a=0;i<=u;a++){let o=Ur(c+r*a,l+n*a,1),s=o-t(K(o*e,3));i=K((+o+s)*e,3),i<=u&&p.push(i)}}else{let a=d>=i?i:d,o=y+(U(l)-U(_))+Nn(_-y,a);p.push(o);let m=t(o),h=m.getHours()+m.getMinutes()/n+m.getSeconds()/r,g=d/r,v=f/s.axes[c]._space;for(;o=K(o+d,e==1?0:3),!(o>u);)if(g>1){let e=U(K(h+g,6))%24,n=t(o).getHours()-e;n>1&&(n=-1),o-=n*r,h=(h+g)%24;let i=p[p.length-1];K((o-i)/d,3)*v>=.7&&p.push(o)}else p.push(o)}return p}}return[s,c,l]}var[Pr,Fr,Ir]=Nr(1),[Lr,Rr,zr]=Nr(.001);Ln(2,-53,53,[1]);function Br(e,t){return e.map(e=>e.map((n,r)=>r==0||r==8||n==null?n:t(r==1||e[8]==0?n:e[1]+n)))}function Vr(e,t){return(n,r,i,a,o)=>{let s=t.find(e=>o>=e[0])||t[t.length-1],c,l,u,d,f,p;return r.map(t=>{let n=e(t),r=n.getFullYear(),i=n.getMonth(),a=n.getDate(),o=n.getHours(),m=n.getMinutes(),h=n.getSeconds(),g=r!=c&&s[2]||i!=l&&s[3]||a!=u&&s[4]||o!=d&&s[5]||m!=f&&s[6]||h!=p&&s[7]||s[1];return c=r,l=i,u=a,d=o,f=m,p=h,g(n)})}}function Hr(e,t){let n=mr(t);return(t,r,i,a,o)=>r.map(t=>n(e(t)))}function Ur(e,t,n){return new Date(e,t,n)}function Wr(e,t){return t(e)}var Gr=`{YYYY}-{MM}-{DD} {h}:{mm}{aa}`;function Kr(e,t){return(n,r,i,a)=>a==null?Ct:t(e(r))}function qr(e,t){let n=e.series[t];return n.width?n.stroke(e,t):n.points.width?n.points.stroke(e,t):null}function Jr(e,t){return e.series[t].fill(e,t)}var Yr={show:!0,live:!0,isolate:!1,mount:wn,markers:{show:!0,width:2,stroke:qr,fill:Jr,dash:`solid`},idx:null,idxs:null,values:[]};function Xr(e,t){let n=e.cursor.points,r=Nt(),i=n.size(e,t);B(r,at,i),B(r,ot,i);let a=i/-2;B(r,`marginLeft`,a),B(r,`marginTop`,a);let o=n.width(e,t,i);return o&&B(r,`borderWidth`,o),r}function Zr(e,t){let n=e.series[t].points;return n._fill||n._stroke}function Qr(e,t){let n=e.series[t].points;return n._stroke||n._fill}function J(e,t){return e.series[t].points.size}var Y=[0,0];function $r(e,t,n){return Y[0]=t,Y[1]=n,Y}function X(e,t,n,r=!0){return e=>{e.button!=0||r&&e.target!=t||n(e)}}function Z(e,t,n,r=!0){return e=>{r&&e.target!=t||n(e)}}var ei={show:!0,x:!0,y:!0,lock:!1,move:$r,points:{one:!1,show:Xr,size:J,width:0,stroke:Qr,fill:Zr},bind:{mousedown:X,mouseup:X,click:X,dblclick:X,mousemove:Z,mouseleave:Z,mouseenter:Z},drag:{setScale:!0,x:!0,y:!1,dist:0,uni:null,click:(e,t)=>{t.stopPropagation(),t.stopImmediatePropagation()},_x:!1,_y:!1},focus:{dist:(e,t,n,r,i)=>r-i,prox:-1,bias:0},hover:{skip:[void 0],prox:null,bias:0},left:-10,top:-10,idx:null,dataIdx:null,idxs:null,event:null},ti={show:!0,stroke:`rgba(0,0,0,0.07)`,width:2},Q=Xn({},ti,{filter:En}),ni=Xn({},Q,{size:10}),ri=Xn({},ti,{show:!1}),ii=`12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif, "Apple Color Emoji", "Segoe UI Emoji", "Segoe UI Symbol", "Noto Color Emoji"`,ai=`bold `+ii,oi=1.5,si={show:!0,scale:`x`,stroke:dt,space:50,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:ai,side:2,grid:Q,ticks:ni,border:ri,font:ii,lineGap:oi,rotate:0},ci=`Value`,li=`Time`,ui={show:!0,scale:`x`,auto:!1,sorted:1,min:W,max:-1/0,idxs:[]};function di(e,t,n,r,i){return t.map(e=>e==null?``:cn(e))}function fi(e,t,n,r,i,a,o){let s=[],c=Fn.get(i)||0;n=o?n:K(Nn(n,i),c);for(let e=n;e<=r;e=K(e+i,c))s.push(Object.is(e,-0)?0:e);return s}function pi(e,t,n,r,i,a,o){let s=[],c=e.scales[e.axes[t].scale].log;i=hn(c,U((c==10?_n:vn)(n))),c==10&&(i=Sr[Wt(i,Sr)]);let l=n,u=i*c;c==10&&(u=Sr[Wt(u,Sr)]);do s.push(l),l+=i,c==10&&!Fn.has(l)&&(l=K(l,Fn.get(i))),l>=u&&(i=l,u=i*c,c==10&&(u=Sr[Wt(u,Sr)]));while(l<=r);return s}function mi(e,t,n,r,i,a,o){let s=e.scales[e.axes[t].scale].asinh,c=r>s?pi(e,t,mn(s,n),r,i):[s],l=r>=0&&n<=0?[0]:[];return(n<-s?pi(e,t,mn(s,-r),-n,i):[s]).reverse().map(e=>-e).concat(l,c)}var hi=/./,gi=/[12357]/,_i=/[125]/,vi=/1/,yi=(e,t,n,r)=>e.map((e,i)=>t==4&&e==0||i%r==0&&n.test(e.toExponential()[+(e<0)])?e:null);function bi(e,t,n,r,i){let a=e.axes[n],o=a.scale,s=e.scales[o],c=e.valToPos,l=a._space,u=c(10,o),d=c(9,o)-u>=l?hi:c(7,o)-u>=l?gi:c(5,o)-u>=l?_i:vi;if(d==vi){let e=un(c(1,o)-u);if(e<l)return yi(t.slice().reverse(),s.distr,d,fn(l/e)).reverse()}return yi(t,s.distr,d,1)}function xi(e,t,n,r,i){let a=e.axes[n],o=a.scale,s=a._space,c=e.valToPos,l=un(c(1,o)-c(2,o));return l<s?yi(t.slice().reverse(),3,hi,fn(s/l)).reverse():t}function Si(e,t,n,r){return r==null?Ct:t==null?``:cn(t)}var Ci={show:!0,scale:`y`,stroke:dt,space:30,gap:5,alignTo:1,size:50,labelGap:0,labelSize:30,labelFont:ai,side:3,grid:Q,ticks:ni,border:ri,font:ii,lineGap:oi,rotate:0};function wi(e,t){return K((3+(e||1)*2)*t,3)}function Ti(e,t){let{scale:n,idxs:r}=e.series[0],i=e._data[0],a=e.valToPos(i[r[0]],n,!0),o=un(e.valToPos(i[r[1]],n,!0)-a)/(e.series[t].points.space*z);return r[1]-r[0]<=o}var Ei={scale:null,auto:!0,sorted:0,min:W,max:-1/0},Di=(e,t,n,r,i)=>i,Oi={show:!0,auto:!0,sorted:0,gaps:Di,alpha:1,facets:[Xn({},Ei,{scale:`x`}),Xn({},Ei,{scale:`y`})]},ki={scale:`y`,auto:!0,sorted:0,show:!0,spanGaps:!1,gaps:Di,alpha:1,points:{show:Ti,filter:null},values:null,min:W,max:-1/0,idxs:[],path:null,clip:null};function Ai(e,t,n,r,i){return n/10}var ji={time:Re,auto:!0,distr:1,log:10,asinh:1,min:null,max:null,dir:1,ori:0},Mi=Xn({},ji,{time:!1,ori:1}),Ni={};function Pi(e,t){let n=Ni[e];return n||(n={key:e,plots:[],sub(e){n.plots.push(e)},unsub(e){n.plots=n.plots.filter(t=>t!=e)},pub(e,t,r,i,a,o,s){for(let c=0;c<n.plots.length;c++)n.plots[c]!=t&&n.plots[c].pub(e,t,r,i,a,o,s)}},e!=null&&(Ni[e]=n)),n}var Fi=1,Ii=2;function Li(e,t,n){let r=e.mode,i=e.series[t],a=r==2?e._data[t]:e._data,o=e.scales,s=e.bbox,c=a[0],l=r==2?a[1]:a[t],u=r==2?o[i.facets[0].scale]:o[e.series[0].scale],d=r==2?o[i.facets[1].scale]:o[i.scale],f=s.left,p=s.top,m=s.width,h=s.height,g=e.valToPosH,_=e.valToPosV;return u.ori==0?n(i,c,l,u,d,g,_,f,p,m,h,Ki,Ji,Xi,Qi,ea):n(i,c,l,u,d,_,g,p,f,h,m,qi,Yi,Zi,$i,ta)}function Ri(e,t){let n=0,r=0,i=V(e.bands,zn);for(let e=0;e<i.length;e++){let a=i[e];a.series[0]==t?n=a.dir:a.series[1]==t&&(a.dir==1?r|=1:r|=2)}return[n,r==1?-1:r==2?1:r==3?2:0]}function zi(e,t,n,r,i){let a=e.mode,o=e.series[t],s=a==2?o.facets[1].scale:o.scale,c=e.scales[s];return i==-1?c.min:i==1?c.max:c.distr==3?c.dir==1?c.min:c.max:0}function Bi(e,t,n,r,i,a){return Li(e,t,(e,t,o,s,c,l,u,d,f,p,m)=>{let h=e.pxRound,g=s.dir*(s.ori==0?1:-1),_=s.ori==0?Ji:Yi,v,y;g==1?(v=n,y=r):(v=r,y=n);let b=h(l(t[v],s,p,d)),x=h(u(o[v],c,m,f)),S=h(l(t[y],s,p,d)),C=h(u(a==1?c.max:c.min,c,m,f)),w=new Path2D(i);return _(w,S,C),_(w,b,C),_(w,b,x),w})}function Vi(e,t,n,r,i,a){let o=null;if(e.length>0){o=new Path2D;let s=t==0?Xi:Zi,c=n;for(let t=0;t<e.length;t++){let n=e[t];if(n[1]>n[0]){let e=n[0]-c;e>0&&s(o,c,r,e,r+a),c=n[1]}}let l=n+i-c;l>0&&s(o,c,r-5,l,r+a+10)}return o}function Hi(e,t,n){let r=e[e.length-1];r&&r[0]==t?r[1]=n:e.push([t,n])}function Ui(e,t,n,r,i,a,o){let s=[],c=e.length;for(let l=i==1?n:r;l>=n&&l<=r;l+=i)if(t[l]===null){let u=l,d=l;if(i==1)for(;++l<=r&&t[l]===null;)d=l;else for(;--l>=n&&t[l]===null;)d=l;let f=a(e[u]),p=d==u?f:a(e[d]),m=u-i;f=o<=0&&m>=0&&m<c?a(e[m]):f;let h=d+i;p=o>=0&&h>=0&&h<c?a(e[h]):p,p>=f&&s.push([f,p])}return s}function Wi(e){return e==0?Tn:e==1?dn:t=>Mn(t,e)}function Gi(e){let t=e==0?Ki:qi,n=e==0?(e,t,n,r,i,a)=>{e.arcTo(t,n,r,i,a)}:(e,t,n,r,i,a)=>{e.arcTo(n,t,i,r,a)},r=e==0?(e,t,n,r,i)=>{e.rect(t,n,r,i)}:(e,t,n,r,i)=>{e.rect(n,t,i,r)};return(e,i,a,o,s,c=0,l=0)=>{c==0&&l==0?r(e,i,a,o,s):(c=pn(c,o/2,s/2),l=pn(l,o/2,s/2),t(e,i+c,a),n(e,i+o,a,i+o,a+s,c),n(e,i+o,a+s,i,a+s,l),n(e,i,a+s,i,a,l),n(e,i,a,i+o,a,c),e.closePath())}}var Ki=(e,t,n)=>{e.moveTo(t,n)},qi=(e,t,n)=>{e.moveTo(n,t)},Ji=(e,t,n)=>{e.lineTo(t,n)},Yi=(e,t,n)=>{e.lineTo(n,t)},Xi=Gi(0),Zi=Gi(1),Qi=(e,t,n,r,i,a)=>{e.arc(t,n,r,i,a)},$i=(e,t,n,r,i,a)=>{e.arc(n,t,r,i,a)},ea=(e,t,n,r,i,a,o)=>{e.bezierCurveTo(t,n,r,i,a,o)},ta=(e,t,n,r,i,a,o)=>{e.bezierCurveTo(n,t,i,r,o,a)};function na(e){return(e,t,n,r,i)=>Li(e,t,(t,a,o,s,c,l,u,d,f,p,m)=>{let{pxRound:h,points:g}=t,_,v;s.ori==0?(_=Ki,v=Qi):(_=qi,v=$i);let y=K(g.width*z,3),b=(g.size-g.width)/2*z,x=K(b*2,3),S=new Path2D,C=new Path2D,{left:w,top:T,width:E,height:D}=e.bbox;Xi(C,w-x,T-x,E+x*2,D+x*2);let O=e=>{if(o[e]!=null){let t=h(l(a[e],s,p,d)),n=h(u(o[e],c,m,f));_(S,t+b,n),v(S,t,n,b,0,ln*2)}};if(i)i.forEach(O);else for(let e=n;e<=r;e++)O(e);return{stroke:y>0?S:null,fill:S,clip:C,flags:3}})}function ra(e){return(t,n,r,i,a,o)=>{r!=i&&(a!=r&&o!=r&&e(t,n,r),a!=i&&o!=i&&e(t,n,i),e(t,n,o))}}var ia=ra(Ji),aa=ra(Yi);function oa(e){let t=V(e?.alignGaps,0);return(e,n,r,i)=>Li(e,n,(a,o,s,c,l,u,d,f,p,m,h)=>{[r,i]=Jt(s,r,i);let g=a.pxRound,_=e=>g(u(e,c,m,f)),v=e=>g(d(e,l,h,p)),y,b;c.ori==0?(y=Ji,b=ia):(y=Yi,b=aa);let x=c.dir*(c.ori==0?1:-1),S={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Fi},C=S.stroke,w=!1;if(i-r>=m*4){let t=t=>e.posToVal(t,c.key,!0),n=null,a=null,l,u,d,f=_(o[x==1?r:i]),p=_(o[r]),m=_(o[i]),h=t(x==1?p+1:m-1);for(let e=x==1?r:i;e>=r&&e<=i;e+=x){let r=o[e],i=(x==1?r<h:r>h)?f:_(r),c=s[e];i==f?c==null?c===null&&(w=!0):(u=c,n==null?(y(C,i,v(u)),l=n=a=u):u<n?n=u:u>a&&(a=u)):(n!=null&&b(C,f,v(n),v(a),v(l),v(u)),c==null?(n=a=null,c===null&&(w=!0)):(u=c,y(C,i,v(u)),n=a=l=u),f=i,h=t(f+x))}n!=null&&n!=a&&d!=f&&b(C,f,v(n),v(a),v(l),v(u))}else for(let e=x==1?r:i;e>=r&&e<=i;e+=x){let t=s[e];t===null?w=!0:t!=null&&y(C,_(o[e]),v(t))}let[T,E]=Ri(e,n);if(a.fill!=null||T!=0){let t=S.fill=new Path2D(C),s=v(a.fillTo(e,n,a.min,a.max,T)),c=_(o[r]),l=_(o[i]);x==-1&&([l,c]=[c,l]),y(t,l,s),y(t,c,s)}if(!a.spanGaps){let l=[];w&&l.push(...Ui(o,s,r,i,x,_,t)),S.gaps=l=a.gaps(e,n,r,i,l),S.clip=Vi(l,c.ori,f,p,m,h)}return E!=0&&(S.band=E==2?[Bi(e,n,r,i,C,-1),Bi(e,n,r,i,C,1)]:Bi(e,n,r,i,C,E)),S})}function sa(e){let t=V(e.align,1),n=V(e.ascDesc,!1),r=V(e.alignGaps,0),i=V(e.extend,!1);return(e,a,o,s)=>Li(e,a,(c,l,u,d,f,p,m,h,g,_,v)=>{[o,s]=Jt(u,o,s);let y=c.pxRound,{left:b,width:x}=e.bbox,S=e=>y(p(e,d,_,h)),C=e=>y(m(e,f,v,g)),w=d.ori==0?Ji:Yi,T={stroke:new Path2D,fill:null,clip:null,band:null,gaps:null,flags:Fi},E=T.stroke,D=d.dir*(d.ori==0?1:-1),O=C(u[D==1?o:s]),k=S(l[D==1?o:s]),ee=k,A=k;i&&t==-1&&(A=b,w(E,A,O)),w(E,k,O);for(let e=D==1?o:s;e>=o&&e<=s;e+=D){let n=u[e];if(n==null)continue;let r=S(l[e]),i=C(n);t==1?w(E,r,O):w(E,ee,i),w(E,r,i),O=i,ee=r}let te=ee;i&&t==1&&(te=b+x,w(E,te,O));let[ne,re]=Ri(e,a);if(c.fill!=null||ne!=0){let t=T.fill=new Path2D(E),n=C(c.fillTo(e,a,c.min,c.max,ne));w(t,te,n),w(t,A,n)}if(!c.spanGaps){let i=[];i.push(...Ui(l,u,o,s,D,S,r));let f=c.width*z/2,p=n||t==1?f:-f,m=n||t==-1?-f:f;i.forEach(e=>{e[0]+=p,e[1]+=m}),T.gaps=i=c.gaps(e,a,o,s,i),T.clip=Vi(i,d.ori,h,g,_,v)}return re!=0&&(T.band=re==2?[Bi(e,a,o,s,E,-1),Bi(e,a,o,s,E,1)]:Bi(e,a,o,s,E,re)),T})}function ca(e,t,n,r,i,a,o=W){if(e.length>1){let s=null;for(let c=0,l=1/0;c<e.length;c++)if(t[c]!==void 0){if(s!=null){let t=un(e[c]-e[s]);t<l&&(l=t,o=un(n(e[c],r,i,a)-n(e[s],r,i,a)))}s=c}}return o}function la(e){e||=Rn;let t=V(e.size,[.6,W,1]),n=e.align||0,r=e.gap||0,i=e.radius;i=i==null?[0,0]:typeof i==`number`?[i,0]:i;let a=G(i),o=1-t[0],s=V(t[1],W),c=V(t[2],1),l=V(e.disp,Rn),u=V(e.each,e=>{}),{fill:d,stroke:f}=l;return(e,t,i,p)=>Li(e,t,(m,h,g,_,v,y,b,x,S,C,w)=>{let T=m.pxRound,E=n,D=r*z,O=s*z,k=c*z,ee,A;_.ori==0?[ee,A]=a(e,t):[A,ee]=a(e,t);let te=_.dir*(_.ori==0?1:-1),ne=_.ori==0?Xi:Zi,re=_.ori==0?u:(e,t,n,r,i,a,o)=>{u(e,t,n,i,r,o,a)},ie=V(e.bands,zn).find(e=>e.series[0]==t),ae=ie==null?0:ie.dir,oe=m.fillTo(e,t,m.min,m.max,ae),j=T(b(oe,v,w,S)),M,N,se,P=C,F=T(m.width*z),ce=!1,le=null,ue=null,de=null,fe=null;d!=null&&(F==0||f!=null)&&(ce=!0,le=d.values(e,t,i,p),ue=new Map,new Set(le).forEach(e=>{e!=null&&ue.set(e,new Path2D)}),F>0&&(de=f.values(e,t,i,p),fe=new Map,new Set(de).forEach(e=>{e!=null&&fe.set(e,new Path2D)})));let{x0:pe,size:me}=l;if(pe!=null&&me!=null){E=1,h=pe.values(e,t,i,p),pe.unit==2&&(h=h.map(t=>e.posToVal(x+t*C,_.key,!0)));let n=me.values(e,t,i,p);N=me.unit==2?n[0]*C:y(n[0],_,C,x)-y(0,_,C,x),P=ca(h,g,y,_,C,x,P),se=P-N+D}else P=ca(h,g,y,_,C,x,P),se=P*o+D,N=P-se;se<1&&(se=0),F>=N/2&&(F=0),se<5&&(T=Tn);let he=se>0,ge=P-se-(he?F:0);N=T(Sn(ge,k,O)),M=(E==0?N/2:E==te?0:N)-E*te*((E==0?D/2:0)+(he?F/2:0));let _e={stroke:null,fill:null,clip:null,band:null,gaps:null,flags:0},ve=ce?null:new Path2D,ye=null;if(ie!=null)ye=e.data[ie.series[1]];else{let{y0:n,y1:r}=l;n!=null&&r!=null&&(g=r.values(e,t,i,p),ye=n.values(e,t,i,p))}let be=ee*N,xe=A*N;for(let n=te==1?i:p;n>=i&&n<=p;n+=te){let r=g[n];if(r==null)continue;if(ye!=null){let e=ye[n]??0;if(r-e==0)continue;j=b(e,v,w,S)}let i=y(_.distr!=2||l!=null?h[n]:n,_,C,x),a=b(V(r,oe),v,w,S),o=T(i-M),s=T(mn(a,j)),c=T(pn(a,j)),u=s-c;if(r!=null){let i=r<0?xe:be,a=r<0?be:xe;ce?(F>0&&de[n]!=null&&ne(fe.get(de[n]),o,c+U(F/2),N,mn(0,u-F),i,a),le[n]!=null&&ne(ue.get(le[n]),o,c+U(F/2),N,mn(0,u-F),i,a)):ne(ve,o,c+U(F/2),N,mn(0,u-F),i,a),re(e,t,n,o-F/2,c,N+F,u)}}return F>0?_e.stroke=ce?fe:ve:ce||(_e._fill=m.width==0?m._fill:m._stroke??m._fill,_e.width=0),_e.fill=ce?ue:ve,_e})}function ua(e,t){let n=V(t?.alignGaps,0);return(t,r,i,a)=>Li(t,r,(o,s,c,l,u,d,f,p,m,h,g)=>{[i,a]=Jt(c,i,a);let _=o.pxRound,v=e=>_(d(e,l,h,p)),y=e=>_(f(e,u,g,m)),b,x,S;l.ori==0?(b=Ki,S=Ji,x=ea):(b=qi,S=Yi,x=ta);let C=l.dir*(l.ori==0?1:-1),w=v(s[C==1?i:a]),T=w,E=[],D=[];for(let e=C==1?i:a;e>=i&&e<=a;e+=C)if(c[e]!=null){let t=s[e],n=v(t);E.push(T=n),D.push(y(c[e]))}let O={stroke:e(E,D,b,S,x,_),fill:null,clip:null,band:null,gaps:null,flags:Fi},k=O.stroke,[ee,A]=Ri(t,r);if(o.fill!=null||ee!=0){let e=O.fill=new Path2D(k),n=y(o.fillTo(t,r,o.min,o.max,ee));S(e,T,n),S(e,w,n)}if(!o.spanGaps){let e=[];e.push(...Ui(s,c,i,a,C,v,n)),O.gaps=e=o.gaps(t,r,i,a,e),O.clip=Vi(e,l.ori,p,m,h,g)}return A!=0&&(O.band=A==2?[Bi(t,r,i,a,k,-1),Bi(t,r,i,a,k,1)]:Bi(t,r,i,a,k,A)),O})}function da(e){return ua(fa,e)}function fa(e,t,n,r,i,a){let o=e.length;if(o<2)return null;let s=new Path2D;if(n(s,e[0],t[0]),o==2)r(s,e[1],t[1]);else{let n=Array(o),r=Array(o-1),a=Array(o-1),c=Array(o-1);for(let n=0;n<o-1;n++)a[n]=t[n+1]-t[n],c[n]=e[n+1]-e[n],r[n]=a[n]/c[n];n[0]=r[0];for(let e=1;e<o-1;e++)r[e]===0||r[e-1]===0||r[e-1]>0!=r[e]>0?n[e]=0:(n[e]=3*(c[e-1]+c[e])/((2*c[e]+c[e-1])/r[e-1]+(c[e]+2*c[e-1])/r[e]),isFinite(n[e])||(n[e]=0));n[o-1]=r[o-2];for(let r=0;r<o-1;r++)i(s,e[r]+c[r]/3,t[r]+n[r]*c[r]/3,e[r+1]-c[r]/3,t[r+1]-n[r+1]*c[r]/3,e[r+1],t[r+1])}return s}var pa=new Set;function ma(){for(let e of pa)e.syncRect(!0)}wt&&(Ht(yt,Et,ma),Ht(bt,Et,ma,!0),Ht(St,Et,()=>{$.pxRatio=z}));var ha=oa(),ga=na();function _a(e,t,n,r){return(r?[e[0],e[1]].concat(e.slice(2)):[e[0]].concat(e.slice(1))).map((e,r)=>ya(e,r,t,n))}function va(e,t){return e.map((e,n)=>n==0?{}:Xn({},t,e))}function ya(e,t,n,r){return Xn({},t==0?n:r,e)}function ba(e,t,n){return t==null?Bn:[t,n]}var xa=ba;function Sa(e,t,n){return t==null?Bn:rn(t,n,$t,!0)}function Ca(e,t,n,r){return t==null?Bn:Zt(t,n,e.scales[r].log,!1)}var wa=Ca;function Ta(e,t,n,r){return t==null?Bn:Qt(t,n,e.scales[r].log,!1)}var Ea=Ta;function Da(e,t,n,r,i){let a=mn(xn(e),xn(t)),o=t-e,s=Wt(i/r*o,n);do{let e=n[s],t=r*e/o;if(t>=i&&a+(e<5?Fn.get(e):0)<=17)return[e,t]}while(++s<n.length);return[0,0]}function Oa(e){let t,n;return e=e.replace(/(\d+)px/,(e,r)=>(t=dn((n=+r)*z))+`px`),[e,t,n]}function ka(e){e.show&&[e.font,e.labelFont].forEach(e=>{let t=K(e[2]*z,1);e[0]=e[0].replace(/[0-9.]+px/,t+`px`),e[1]=t})}function $(e,t,n){let r={mode:V(e.mode,1)},i=r.mode;function a(e,t,n,r){let i=t.valToPct(e);return r+n*(t.dir==-1?1-i:i)}function o(e,t,n,r){let i=t.valToPct(e);return r+n*(t.dir==-1?i:1-i)}function s(e,t,n,r){return t.ori==0?a(e,t,n,r):o(e,t,n,r)}r.valToPosH=a,r.valToPosV=o;let c=!1;r.status=0;let l=r.root=Nt(ze);if(e.id!=null&&(l.id=e.id),At(l,e.class),e.title){let t=Nt(He,l);t.textContent=e.title}let u=Mt(`canvas`),d=r.ctx=u.getContext(`2d`),f=Nt(Ue,l);Ht(`click`,f,e=>{e.target===m&&(J!=Jr||Y!=Xr)&&X.click(r,e)},!0);let p=r.under=Nt(We,f);f.appendChild(u);let m=r.over=Nt(Ge,f);e=Yn(e);let h=+V(e.pxAlign,1),g=Wi(h);(e.plugins||[]).forEach(t=>{t.opts&&(e=t.opts(r,e)||e)});let _=e.ms||.001,v=r.series=i==1?_a(e.series||[],ui,ki,!1):va(e.series||[null],Oi),y=r.axes=_a(e.axes||[],si,Ci,!0),b=r.scales={},x=r.bands=e.bands||[];x.forEach(e=>{e.fill=G(e.fill||null),e.dir=V(e.dir,-1)});let S=i==2?v[1].facets[0].scale:v[0].scale,C={axes:yr,series:sr},w=(e.drawOrder||[`axes`,`series`]).map(e=>C[e]);function T(e){let t=e.distr==3?t=>_n(t>0?t:e.clamp(r,t,e.min,e.max,e.key)):e.distr==4?t=>bn(t,e.asinh):e.distr==100?t=>e.fwd(t):e=>e;return n=>{let r=t(n),{_min:i,_max:a}=e,o=a-i;return(r-i)/o}}function E(t){let n=b[t];if(n==null){let r=(e.scales||Rn)[t]||Rn;if(r.from!=null){E(r.from);let e=Xn({},b[r.from],r,{key:t});e.valToPct=T(e),b[t]=e}else{n=b[t]=Xn({},t==S?ji:Mi,r),n.key=t;let e=n.time,a=n.range,o=Vn(a);if((t!=S||i==2&&!e)&&(o&&(a[0]==null||a[1]==null)&&(a={min:a[0]==null?en:{mode:1,hard:a[0],soft:a[0]},max:a[1]==null?en:{mode:1,hard:a[1],soft:a[1]}},o=!1),!o&&Gn(a))){let e=a;a=(t,n,r)=>n==null?Bn:rn(n,r,e)}n.range=G(a||(e?xa:t==S?n.distr==3?wa:n.distr==4?Ea:ba:n.distr==3?Ca:n.distr==4?Ta:Sa)),n.auto=G(!o&&n.auto),n.clamp=G(n.clamp||Ai),n._min=n._max=null,n.valToPct=T(n)}}}E(`x`),E(`y`),i==1&&v.forEach(e=>{E(e.scale)}),y.forEach(e=>{E(e.scale)});for(let t in e.scales)E(t);let D=b[S],O=D.distr,k,ee;D.ori==0?(At(l,Be),k=a,ee=o):(At(l,Ve),k=o,ee=a);let A={};for(let e in b){let t=b[e];(t.min!=null||t.max!=null)&&(A[e]={min:t.min,max:t.max},t.min=t.max=null)}let te=e.tzDate||(e=>new Date(dn(e/_))),ne=e.fmtDate||mr,re=_==1?Ir(te):zr(te),ie=Vr(te,Br(_==1?Fr:Rr,ne)),ae=Kr(te,Wr(Gr,ne)),oe=[],j=r.legend=Xn({},Yr,e.legend),M=r.cursor=Xn({},ei,{drag:{y:i==2}},e.cursor),N=j.show,se=M.show,P=j.markers;j.idxs=oe,P.width=G(P.width),P.dash=G(P.dash),P.stroke=G(P.stroke),P.fill=G(P.fill);let F,ce,le,ue=[],de=[],fe,pe=!1,me={};if(j.live){let e=v[1]?v[1].values:null;pe=e!=null,fe=pe?e(r,1,0):{_:0};for(let e in fe)me[e]=Ct}if(N){if(F=Mt(`table`,Qe,l),le=Mt(`tbody`,null,F),j.mount(r,F),pe){ce=Mt(`thead`,null,F,le);let e=Mt(`tr`,null,ce);for(var he in Mt(`th`,null,e),fe)Mt(`th`,rt,e).textContent=he}else At(F,et),j.live&&At(F,$e)}let ge={show:!0},_e={show:!1};function ve(e,t){if(t==0&&(pe||!j.live||i==2))return Bn;let n=[],a=Mt(`tr`,tt,le,le.childNodes[t]);At(a,e.class),e.show||At(a,qe);let o=Mt(`th`,null,a);if(P.show){let e=Nt(nt,o);if(t>0){let n=P.width(r,t);n&&(e.style.border=n+`px `+P.dash(r,t)+` `+P.stroke(r,t)),e.style.background=P.fill(r,t)}}let s=Nt(rt,o);for(var c in e.label instanceof HTMLElement?s.appendChild(e.label):s.textContent=e.label,t>0&&(P.show||(s.style.color=e.width>0?P.stroke(r,t):P.fill(r,t)),be(`click`,o,t=>{if(M._lock)return;Ot(t);let n=v.indexOf(e);if((t.ctrlKey||t.metaKey)!=j.isolate){let e=v.some((e,t)=>t>0&&t!=n&&e.show);v.forEach((t,r)=>{r>0&&oi(r,e?r==n?ge:_e:ge,!0,$.setSeries)})}else oi(n,{show:!e.show},!0,$.setSeries)},!1),It&&be(gt,o,t=>{M._lock||(Ot(t),oi(v.indexOf(e),Di,!0,$.setSeries))},!1)),fe){let e=Mt(`td`,it,a);e.textContent=`--`,n.push(e)}return[a,n]}let ye=new Map;function be(e,t,n,i=!0){let a=ye.get(t)||{},o=M.bind[e](r,t,n,i);o&&(Ht(e,t,a[e]=o),ye.set(t,a))}function xe(e,t,n){let r=ye.get(t)||{};for(let n in r)(e==null||n==e)&&(Ut(n,t,r[n]),delete r[n]);e??ye.delete(t)}let Se=0,Ce=0,I=0,L=0,R=0,we=0,Te=R,Ee=we,De=I,Oe=L,ke=0,Ae=0,je=0,Me=0;r.bbox={};let Ne=!1,Pe=!1,Fe=!1,Ie=!1,Le=!1,Re=!1;function dt(e,t,n){(n||e!=r.width||t!=r.height)&&yt(e,t),br(!1),Fe=!0,Pe=!0,Dr()}function yt(e,t){r.width=Se=I=e,r.height=Ce=L=t,R=we=0,wt(),Dt();let n=r.bbox;ke=n.left=Mn(R*z,.5),Ae=n.top=Mn(we*z,.5),je=n.width=Mn(I*z,.5),Me=n.height=Mn(L*z,.5)}function bt(){let e=!1,t=0;for(;!e;){t++;let n=_r(t),i=vr(t);e=t==3||n&&i,e||(yt(r.width,r.height),Pe=!0)}}function xt({width:e,height:t}){dt(e,t)}r.setSize=xt;function wt(){let e=!1,t=!1,n=!1,r=!1;y.forEach((i,a)=>{if(i.show&&i._show){let{side:a,_size:o}=i,s=a%2,c=o+(i.label==null?0:i.labelSize);c>0&&(s?(I-=c,a==3?(R+=c,r=!0):n=!0):(L-=c,a==0?(we+=c,e=!0):t=!0))}}),tn[0]=e,tn[1]=n,tn[2]=t,tn[3]=r,I-=cn[1]+cn[3],R+=cn[3],L-=cn[2]+cn[0],we+=cn[0]}function Dt(){let e=R+I,t=we+L,n=R,r=we;function i(i,a){switch(i){case 1:return e+=a,e-a;case 2:return t+=a,t-a;case 3:return n-=a,n+a;case 0:return r-=a,r+a}}y.forEach((e,t)=>{if(e.show&&e._show){let t=e.side;e._pos=i(t,e._size),e.label!=null&&(e._lpos=i(t,e.labelSize))}})}if(M.dataIdx==null){let e=M.hover,n=e.skip=new Set(e.skip??[]);n.add(void 0);let r=e.prox=G(e.prox),i=e.bias??=0;M.dataIdx=(e,a,o,s)=>{if(a==0)return o;let c=o,l=r(e,a,o,s)??W,u=l>=0&&l<W,d=D.ori==0?I:L,f=M.left,p=t[0],m=t[a];if(n.has(m[o])){c=null;let e=null,t=null,r;if(i==0||i==-1)for(r=o;e==null&&r-->0;)n.has(m[r])||(e=r);if(i==0||i==1)for(r=o;t==null&&r++<m.length;)n.has(m[r])||(t=r);if(e!=null||t!=null){if(u){let n=e==null?-1/0:k(p[e],D,d,0),r=t==null?1/0:k(p[t],D,d,0),i=f-n,a=r-f;i<=a?i<=l&&(c=e):a<=l&&(c=t)}else c=t==null?e:e==null?t:o-e<=t-o?e:t}}else u&&un(f-k(p[o],D,d,0))>l&&(c=null);return c}}let Ot=e=>{M.event=e};M.idxs=oe,M._lock=!1;let kt=M.points;kt.show=G(kt.show),kt.size=G(kt.size),kt.stroke=G(kt.stroke),kt.width=G(kt.width),kt.fill=G(kt.fill);let Pt=r.focus=Xn({},e.focus||{alpha:.3},M.focus),It=Pt.prox>=0,Rt=It&&kt.one,Bt=[],Vt=[],Gt=[];function Kt(e,t){let n=kt.show(r,t);if(n instanceof HTMLElement)return At(n,Ze),At(n,e.class),Ft(n,-10,-10,I,L),m.insertBefore(n,Bt[t]),n}function qt(e,t){if(i==1||t>0){let t=i==1&&b[e.scale].time,n=e.value;e.value=t?Wn(n)?Kr(te,Wr(n,ne)):n||ae:n||Si,e.label=e.label||(t?li:ci)}if(Rt||t>0){e.width=e.width==null?1:e.width,e.paths=e.paths||ha||Dn,e.fillTo=G(e.fillTo||zi),e.pxAlign=+V(e.pxAlign,h),e.pxRound=Wi(e.pxAlign),e.stroke=G(e.stroke||null),e.fill=G(e.fill||null),e._stroke=e._fill=e._paths=e._focus=null;let t=wi(mn(1,e.width),1),n=e.points=Xn({},{size:t,width:mn(1,t*.2),stroke:e.stroke,space:t*2,paths:ga,_stroke:null,_fill:null},e.points);n.show=G(n.show),n.filter=G(n.filter),n.fill=G(n.fill),n.stroke=G(n.stroke),n.paths=G(n.paths),n.pxAlign=e.pxAlign}if(N){let n=ve(e,t);ue.splice(t,0,n[0]),de.splice(t,0,n[1]),j.values.push(null)}if(se){oe.splice(t,0,null);let n=null;Rt?t==0&&(n=Kt(e,t)):t>0&&(n=Kt(e,t)),Bt.splice(t,0,n),Vt.splice(t,0,0),Gt.splice(t,0,0)}fa(`addSeries`,t)}function Jt(e,t){t??=v.length,e=i==1?ya(e,t,ui,ki):ya(e,t,{},Oi),v.splice(t,0,e),qt(v[t],t)}r.addSeries=Jt;function Yt(e){if(v.splice(e,1),N){j.values.splice(e,1),de.splice(e,1);let t=ue.splice(e,1)[0];xe(null,t.firstChild),t.remove()}se&&(oe.splice(e,1),Bt.splice(e,1)[0].remove(),Vt.splice(e,1),Gt.splice(e,1)),fa(`delSeries`,e)}r.delSeries=Yt;let tn=[!1,!1,!1,!1];function nn(e,t){if(e._show=e.show,e.show){let n=e.side%2,i=b[e.scale];i??=(e.scale=n?v[1].scale:S,b[e.scale]);let a=i.time;e.size=G(e.size),e.space=G(e.space),e.rotate=G(e.rotate),Vn(e.incrs)&&e.incrs.forEach(e=>{!Fn.has(e)&&Fn.set(e,In(e))}),e.incrs=G(e.incrs||(i.distr==2?xr:a?_==1?Pr:Lr:Sr)),e.splits=G(e.splits||(a&&i.distr==1?re:i.distr==3?pi:i.distr==4?mi:fi)),e.stroke=G(e.stroke),e.grid.stroke=G(e.grid.stroke),e.ticks.stroke=G(e.ticks.stroke),e.border.stroke=G(e.border.stroke);let o=e.values;e.values=Vn(o)&&!Vn(o[0])?G(o):a?Vn(o)?Vr(te,Br(o,ne)):Wn(o)?Hr(te,o):o||ie:o||di,e.filter=G(e.filter||(i.distr>=3&&i.log==10?bi:i.distr==3&&i.log==2?xi:En)),e.font=Oa(e.font),e.labelFont=Oa(e.labelFont),e._size=e.size(r,null,t,0),e._space=e._rotate=e._incrs=e._found=e._splits=e._values=null,e._size>0&&(tn[t]=!0,e._el=Nt(Ke,f))}}function on(e,t,n,r){let[i,a,o,s]=n,c=t%2,l=0;return c==0&&(s||a)&&(l=t==0&&!i||t==2&&!o?dn(si.size/3):0),c==1&&(i||o)&&(l=t==1&&!a||t==3&&!s?dn(Ci.size/2):0),l}let sn=r.padding=(e.padding||[on,on,on,on]).map(e=>G(V(e,on))),cn=r._padding=sn.map((e,t)=>e(r,t,tn,0)),H,U=null,gn=null,vn=i==1?v[0].idxs:null,xn=null,wn=!1;function Tn(e,n){if(t=e??[],r.data=r._data=t,i==2){H=0;for(let e=1;e<v.length;e++)H+=t[e][0].length}else{t.length==0&&(r.data=r._data=t=[[]]),xn=t[0],H=xn.length;let e=t;if(O==2){e=t.slice();let n=e[0]=Array(H);for(let e=0;e<H;e++)n[e]=e}r._data=t=e}if(br(!0),fa(`setData`),O==2&&(Fe=!0),n!==!1){let e=D;e.auto(r,wn)?An():ai(S,e.min,e.max),Ie||=M.left>=0,Re=!0,Dr()}}r.setData=Tn;function An(){wn=!0;let e,n;i==1&&(H>0?(U=vn[0]=0,gn=vn[1]=H-1,e=t[0][U],n=t[0][gn],O==2?(e=U,n=gn):e==n&&(O==3?[e,n]=Zt(e,e,D.log,!1):O==4?[e,n]=Qt(e,e,D.log,!1):D.time?n=e+dn(86400/_):[e,n]=rn(e,n,$t,!0))):(U=vn[0]=e=null,gn=vn[1]=n=null)),ai(S,e,n)}let jn,Nn,Pn,Ln,Hn,qn,Jn,Zn,Qn,$n;function er(e,t,n,r,i,a){e??=ft,n??=zn,r??=`butt`,i??=ft,a??=`round`,e!=jn&&(d.strokeStyle=jn=e),i!=Nn&&(d.fillStyle=Nn=i),t!=Pn&&(d.lineWidth=Pn=t),a!=Hn&&(d.lineJoin=Hn=a),r!=qn&&(d.lineCap=qn=r),n!=Ln&&d.setLineDash(Ln=n)}function tr(e,t,n,r){t!=Nn&&(d.fillStyle=Nn=t),e!=Jn&&(d.font=Jn=e),n!=Zn&&(d.textAlign=Zn=n),r!=Qn&&(d.textBaseline=Qn=r)}function rr(e,t,n,i,a=0){if(i.length>0&&e.auto(r,wn)&&(t==null||t.min==null)){let t=V(U,0),r=V(gn,i.length-1),o=n.min==null?Xt(i,t,r,a,e.distr==3):[n.min,n.max];e.min=pn(e.min,n.min=o[0]),e.max=mn(e.max,n.max=o[1])}}let ir={min:null,max:null};function ar(){for(let e in b){let t=b[e];A[e]==null&&(t.min==null||A[S]!=null&&t.auto(r,wn))&&(A[e]=ir)}for(let e in b){let t=b[e];A[e]==null&&t.from!=null&&A[t.from]!=null&&(A[e]=ir)}A[S]!=null&&br(!0);let e={};for(let t in A){let n=A[t];if(n!=null){let a=e[t]=Yn(b[t],Kn);if(n.min!=null)Xn(a,n);else if(t!=S||i==2){if(H==0&&a.from==null){let e=a.range(r,null,null,t);a.min=e[0],a.max=e[1]}else a.min=W,a.max=-1/0}}}if(H>0){v.forEach((n,a)=>{if(i==1){let i=n.scale,o=A[i];if(o==null)return;let s=e[i];if(a==0){let e=s.range(r,s.min,s.max,i);s.min=e[0],s.max=e[1],U=Wt(s.min,t[0]),gn=Wt(s.max,t[0]),gn-U>1&&(t[0][U]<s.min&&U++,t[0][gn]>s.max&&gn--),n.min=xn[U],n.max=xn[gn]}else n.show&&n.auto&&rr(s,o,n,t[a],n.sorted);n.idxs[0]=U,n.idxs[1]=gn}else if(a>0&&n.show&&n.auto){let[r,i]=n.facets,o=r.scale,s=i.scale,[c,l]=t[a],u=e[o],d=e[s];u!=null&&rr(u,A[o],r,c,r.sorted),d!=null&&rr(d,A[s],i,l,i.sorted),n.min=i.min,n.max=i.max}});for(let t in e){let n=e[t],i=A[t];if(n.from==null&&(i==null||i.min==null)){let e=n.range(r,n.min==W?null:n.min,n.max==-1/0?null:n.max,t);n.min=e[0],n.max=e[1]}}}for(let t in e){let n=e[t];if(n.from!=null){let i=e[n.from];if(i.min==null)n.min=n.max=null;else{let e=n.range(r,i.min,i.max,t);n.min=e[0],n.max=e[1]}}}let n={},a=!1;for(let t in e){let r=e[t],i=b[t];if(i.min!=r.min||i.max!=r.max){i.min=r.min,i.max=r.max;let e=i.distr;i._min=e==3?_n(i.min):e==4?bn(i.min,i.asinh):e==100?i.fwd(i.min):i.min,i._max=e==3?_n(i.max):e==4?bn(i.max,i.asinh):e==100?i.fwd(i.max):i.max,n[t]=a=!0}}if(a){v.forEach((e,t)=>{i==2?t>0&&n.y&&(e._paths=null):n[e.scale]&&(e._paths=null)});for(let e in n)Fe=!0,fa(`setScale`,e);se&&M.left>=0&&(Ie=Re=!0)}for(let e in A)A[e]=null}function or(e){let t=Sn(U-1,0,H-1),n=Sn(gn+1,0,H-1);for(;e[t]==null&&t>0;)t--;for(;e[n]==null&&n<H-1;)n++;return[t,n]}function sr(){if(H>0){let e=v.some(e=>e._focus)&&$n!=Pt.alpha;e&&(d.globalAlpha=$n=Pt.alpha),v.forEach((e,n)=>{if(n>0&&e.show&&(cr(n,!1),cr(n,!0),e._paths==null)){let a=$n;$n!=e.alpha&&(d.globalAlpha=$n=e.alpha);let o=i==2?[0,t[n][0].length-1]:or(t[n]);e._paths=e.paths(r,n,o[0],o[1]),$n!=a&&(d.globalAlpha=$n=a)}}),v.forEach((e,t)=>{if(t>0&&e.show){let n=$n;$n!=e.alpha&&(d.globalAlpha=$n=e.alpha),e._paths!=null&&lr(t,!1);{let n=e._paths==null?null:e._paths.gaps,i=e.points.show(r,t,U,gn,n),a=e.points.filter(r,t,i,n);(i||a)&&(e.points._paths=e.points.paths(r,t,U,gn,a),lr(t,!0))}$n!=n&&(d.globalAlpha=$n=n),fa(`drawSeries`,t)}}),e&&(d.globalAlpha=$n=1)}}function cr(e,t){let n=t?v[e].points:v[e];n._stroke=n.stroke(r,e),n._fill=n.fill(r,e)}function lr(e,t){let n=t?v[e].points:v[e],{stroke:r,fill:i,clip:a,flags:o,_stroke:s=n._stroke,_fill:c=n._fill,_width:l=n.width}=n._paths;l=K(l*z,3);let u=null,f=l%2/2;t&&c==null&&(c=l>0?`#fff`:s);let p=n.pxAlign==1&&f>0;if(p&&d.translate(f,f),!t){let e=ke-l/2,t=Ae-l/2,n=je+l,r=Me+l;u=new Path2D,u.rect(e,t,n,r)}t?dr(s,l,n.dash,n.cap,c,r,i,o,a):ur(e,s,l,n.dash,n.cap,c,r,i,o,u,a),p&&d.translate(-f,-f)}function ur(e,n,i,a,o,s,c,l,u,d,f){let p=!1;u!=0&&x.forEach((m,h)=>{if(m.series[0]==e){let e=v[m.series[1]],g=t[m.series[1]],_=(e._paths||Rn).band;Vn(_)&&(_=m.dir==1?_[0]:_[1]);let y,b=null;e.show&&_&&an(g,U,gn)?(b=m.fill(r,h)||s,y=e._paths.clip):_=null,dr(n,i,a,o,b,c,l,u,d,f,y,_),p=!0}}),p||dr(n,i,a,o,s,c,l,u,d,f)}function dr(e,t,n,r,i,a,o,s,c,l,u,f){er(e,t,n,r,i),(c||l||f)&&(d.save(),c&&d.clip(c),l&&d.clip(l)),f?(s&3)==3?(d.clip(f),u&&d.clip(u),pr(i,o),fr(e,a,t)):s&Ii?(pr(i,o),d.clip(f),fr(e,a,t)):s&Fi&&(d.save(),d.clip(f),u&&d.clip(u),pr(i,o),d.restore(),fr(e,a,t)):(pr(i,o),fr(e,a,t)),(c||l||f)&&d.restore()}function fr(e,t,n){n>0&&(t instanceof Map?t.forEach((e,t)=>{d.strokeStyle=jn=t,d.stroke(e)}):t!=null&&e&&d.stroke(t))}function pr(e,t){t instanceof Map?t.forEach((e,t)=>{d.fillStyle=Nn=t,d.fill(e)}):t!=null&&e&&d.fill(t)}function hr(e,t,n,i){let a=y[e],o;if(i<=0)o=[0,0];else{let s=a._space=a.space(r,e,t,n,i);o=Da(t,n,a._incrs=a.incrs(r,e,t,n,i,s),i,s)}return a._found=o}function gr(e,t,n,r,i,a,o,s,c,l){let u=o%2/2;h==1&&d.translate(u,u),er(s,o,c,l,s),d.beginPath();let f,p,m,g,_=i+(r==0||r==3?-a:a);n==0?(p=i,g=_):(f=i,m=_);for(let r=0;r<e.length;r++)t[r]!=null&&(n==0?f=m=e[r]:p=g=e[r],d.moveTo(f,p),d.lineTo(m,g));d.stroke(),h==1&&d.translate(-u,-u)}function _r(e){let t=!0;return y.forEach((n,i)=>{if(!n.show)return;let a=b[n.scale];if(a.min==null){n._show&&(t=!1,n._show=!1,br(!1));return}n._show||(t=!1,n._show=!0,br(!1));let o=n.side,s=o%2,{min:c,max:l}=a,[u,d]=hr(i,c,l,s==0?I:L);if(d==0)return;let f=a.distr==2,p=n._splits=n.splits(r,i,c,l,u,d,f),m=a.distr==2?p.map(e=>xn[e]):p,h=a.distr==2?xn[p[1]]-xn[p[0]]:u,g=n._values=n.values(r,n.filter(r,m,i,d,h),i,d,h);n._rotate=o==2?n.rotate(r,g,i,d):0;let _=n._size;n._size=fn(n.size(r,g,i,e)),_!=null&&n._size!=_&&(t=!1)}),t}function vr(e){let t=!0;return sn.forEach((n,i)=>{let a=n(r,i,tn,e);a!=cn[i]&&(t=!1),cn[i]=a}),t}function yr(){for(let e=0;e<y.length;e++){let t=y[e];if(!t.show||!t._show)continue;let n=t.side,i=n%2,a,o,c=t.stroke(r,e),l=n==0||n==3?-1:1,[u,f]=t._found;if(t.label!=null){let s=t.labelGap*l,p=dn((t._lpos+s)*z);tr(t.labelFont[0],c,`center`,n==2?st:ct),d.save(),i==1?(a=o=0,d.translate(p,dn(Ae+Me/2)),d.rotate((n==3?-ln:ln)/2)):(a=dn(ke+je/2),o=p);let m=Cn(t.label)?t.label(r,e,u,f):t.label;d.fillText(m,a,o),d.restore()}if(f==0)continue;let p=b[t.scale],m=i==0?je:Me,h=i==0?ke:Ae,_=t._splits,v=p.distr==2?_.map(e=>xn[e]):_,x=p.distr==2?xn[_[1]]-xn[_[0]]:u,S=t.ticks,C=t.border,w=S.show?S.size:0,T=dn(w*z),E=dn((t.alignTo==2?t._size-w-t.gap:t.gap)*z),D=t._rotate*-ln/180,O=g(t._pos*z),k=O+(T+E)*l;o=i==0?k:0,a=i==1?k:0;let ee=t.font[0];tr(ee,c,t.align==1?lt:t.align==2?ut:D>0?lt:D<0?ut:i==0?`center`:n==3?ut:lt,D||i==1?`middle`:n==2?st:ct);let A=t.font[1]*t.lineGap,te=_.map(e=>g(s(e,p,m,h))),ne=t._values;for(let e=0;e<ne.length;e++){let t=ne[e];if(t!=null){i==0?a=te[e]:o=te[e],t=``+t;let n=t.indexOf(`
`)==-1?[t]:t.split(/\n/gm);for(let e=0;e<n.length;e++){let t=n[e];D?(d.save(),d.translate(a,o+e*A),d.rotate(D),d.fillText(t,0,0),d.restore()):d.fillText(t,a,o+e*A)}}}S.show&&gr(te,S.filter(r,v,e,f,x),i,n,O,T,K(S.width*z,3),S.stroke(r,e),S.dash,S.cap);let re=t.grid;re.show&&gr(te,re.filter(r,v,e,f,x),i,i==0?2:1,i==0?Ae:ke,i==0?Me:je,K(re.width*z,3),re.stroke(r,e),re.dash,re.cap),C.show&&gr([O],[1],+(i==0),i==0?1:2,i==1?Ae:ke,i==1?Me:je,K(C.width*z,3),C.stroke(r,e),C.dash,C.cap)}fa(`drawAxes`)}function br(e){v.forEach((t,n)=>{n>0&&(t._paths=null,e&&(i==1?(t.min=null,t.max=null):t.facets.forEach(e=>{e.min=null,e.max=null})))})}let Cr=!1,wr=!1,Tr=[];function Er(){wr=!1;for(let e=0;e<Tr.length;e++)fa(...Tr[e]);Tr.length=0}function Dr(){Cr||=(nr(kr),!0)}function Or(e,t=!1){Cr=!0,wr=t,e(r),kr(),t&&Tr.length>0&&queueMicrotask(Er)}r.batch=Or;function kr(){if(Ne&&=(ar(),!1),Fe&&=(bt(),!1),Pe){if(B(p,lt,R),B(p,st,we),B(p,at,I),B(p,ot,L),B(m,lt,R),B(m,st,we),B(m,at,I),B(m,ot,L),B(f,at,Se),B(f,ot,Ce),u.width=dn(Se*z),u.height=dn(Ce*z),y.forEach(({_el:e,_show:t,_size:n,_pos:r,side:i})=>{if(e!=null){if(t){let t=i===3||i===0?n:0,a=i%2==1;B(e,a?`left`:`top`,r-t),B(e,a?`width`:`height`,n),B(e,a?`top`:`left`,a?we:R),B(e,a?`height`:`width`,a?L:I),jt(e,qe)}else At(e,qe)}}),jn=Nn=Pn=Hn=qn=Jn=Zn=Qn=Ln=null,$n=1,Xi(!0),R!=Te||we!=Ee||I!=De||L!=Oe){br(!1);let e=I/De,t=L/Oe;if(se&&!Ie&&M.left>=0){M.left*=e,M.top*=t,q&&Ft(q,dn(M.left),0,I,L),Nr&&Ft(Nr,0,dn(M.top),I,L);for(let n=0;n<Bt.length;n++){let r=Bt[n];r!=null&&(Vt[n]*=e,Gt[n]*=t,Ft(r,fn(Vt[n]),fn(Gt[n]),I,L))}}if(Q.show&&!Le&&Q.left>=0&&Q.width>0){Q.left*=e,Q.width*=e,Q.top*=t,Q.height*=t;for(let e in $i)B(ni,e,Q[e])}Te=R,Ee=we,De=I,Oe=L}fa(`setSize`),Pe=!1}Se>0&&Ce>0&&(d.clearRect(0,0,u.width,u.height),fa(`drawClear`),w.forEach(e=>e()),fa(`draw`)),Q.show&&Le&&(ri(Q),Le=!1),se&&Ie&&(Ji(null,!0,!1),Ie=!1),j.show&&j.live&&Re&&(Ki(),Re=!1),c||(c=!0,r.status=1,fa(`ready`)),wn=!1,Cr=!1}r.redraw=(e,t)=>{Fe=t||!1,e===!1?Dr():ai(S,D.min,D.max)};function Ar(e,n){let i=b[e];if(i.from==null){if(H==0){let t=i.range(r,n.min,n.max,e);n.min=t[0],n.max=t[1]}if(n.min>n.max){let e=n.min;n.min=n.max,n.max=e}if(H>1&&n.min!=null&&n.max!=null&&n.max-n.min<1e-16)return;e==S&&i.distr==2&&H>0&&(n.min=Wt(n.min,t[0]),n.max=Wt(n.max,t[0]),n.min==n.max&&n.max++),A[e]=n,Ne=!0,Dr()}}r.setScale=Ar;let jr,Mr,q,Nr,Ur,qr,Jr,Xr,Zr,Qr,J,Y,$r=!1,X=M.drag,Z=X.x,ti=X.y;se&&(M.x&&(jr=Nt(Ye,m)),M.y&&(Mr=Nt(Xe,m)),D.ori==0?(q=jr,Nr=Mr):(q=Mr,Nr=jr),J=M.left,Y=M.top);let Q=r.select=Xn({show:!0,over:!0,left:0,width:0,top:0,height:0},e.select),ni=Q.show?Nt(Je,Q.over?m:p):null;function ri(e,t){if(Q.show){for(let t in e)Q[t]=e[t],t in $i&&B(ni,t,e[t]);t!==!1&&fa(`setSelect`)}}r.setSelect=ri;function ii(e){if(v[e].show)N&&jt(ue[e],qe);else if(N&&At(ue[e],qe),se){let t=Rt?Bt[0]:Bt[e];t!=null&&Ft(t,-10,-10,I,L)}}function ai(e,t,n){Ar(e,{min:t,max:n})}function oi(e,t,n,a){t.focus!=null&&Ni(e),t.show!=null&&v.forEach((n,r)=>{r>0&&(e==r||e==null)&&(n.show=t.show,ii(r),i==2?(ai(n.facets[0].scale,null,null),ai(n.facets[1].scale,null,null)):ai(n.scale,null,null),Dr())}),n!==!1&&fa(`setSeries`,e,t),a&&Ma(`setSeries`,r,e,t)}r.setSeries=oi;function hi(e,t){Xn(x[e],t)}function gi(e,t){e.fill=G(e.fill||null),e.dir=V(e.dir,-1),t??=x.length,x.splice(t,0,e)}function _i(e){e==null?x.length=0:x.splice(e,1)}r.addBand=gi,r.setBand=hi,r.delBand=_i;function vi(e,t){v[e].alpha=t,se&&Bt[e]!=null&&(Bt[e].style.opacity=t),N&&ue[e]&&(ue[e].style.opacity=t)}let yi,Ti,Ei,Di={focus:!0};function Ni(e){if(e!=Ei){let t=e==null,n=Pt.alpha!=1;v.forEach((r,a)=>{if(i==1||a>0){let i=t||a==0||a==e;r._focus=t?null:i,n&&vi(a,i?1:Pt.alpha)}}),Ei=e,n&&Dr()}}N&&It&&be(_t,F,e=>{M._lock||(Ot(e),Ei!=null&&oi(null,Di,!0,$.setSeries))});function Li(e,t,n){let r=b[t];n&&(e=e/z-(r.ori==1?we:R));let i=I;r.ori==1&&(i=L,e=i-e),r.dir==-1&&(e=i-e);let a=r._min,o=r._max,s=e/i,c=a+(o-a)*s,l=r.distr;return l==3?hn(10,c):l==4?yn(c,r.asinh):l==100?r.bwd(c):c}function Ri(e,n){return Wt(Li(e,S,n),t[0],U,gn)}r.valToIdx=e=>Wt(e,t[0]),r.posToIdx=Ri,r.posToVal=Li,r.valToPos=(e,t,n)=>b[t].ori==0?a(e,b[t],n?je:I,n?ke:0):o(e,b[t],n?Me:L,n?Ae:0),r.setCursor=(e,t,n)=>{J=e.left,Y=e.top,Ji(null,t,n)};function Bi(e,t){B(ni,lt,Q.left=e),B(ni,at,Q.width=t)}function Vi(e,t){B(ni,st,Q.top=e),B(ni,ot,Q.height=t)}let Hi=D.ori==0?Bi:Vi,Ui=D.ori==1?Bi:Vi;function Gi(){if(N&&j.live)for(let e=+(i==2);e<v.length;e++){if(e==0&&pe)continue;let t=j.values[e],n=0;for(let r in t)de[e][n++].firstChild.nodeValue=t[r]}}function Ki(e,t){if(e!=null&&(e.idxs?e.idxs.forEach((e,t)=>{oe[t]=e}):Un(e.idx)||oe.fill(e.idx),j.idx=oe[0]),N&&j.live){for(let e=0;e<v.length;e++)(e>0||i==1&&!pe)&&qi(e,oe[e]);Gi()}Re=!1,t!==!1&&fa(`setLegend`)}r.setLegend=Ki;function qi(e,n){let i=v[e],a=e==0&&O==2?xn:t[e],o;pe?o=i.values(r,e,n)??me:(o=i.value(r,n==null?null:a[n],e,n),o=o==null?me:{_:o}),j.values[e]=o}function Ji(e,n,a){Zr=J,Qr=Y,[J,Y]=M.move(r,J,Y),M.left=J,M.top=Y,se&&(q&&Ft(q,dn(J),0,I,L),Nr&&Ft(Nr,0,dn(Y),I,L));let o,s=U>gn;yi=W,Ti=null;let c=D.ori==0?I:L,l=D.ori==1?I:L;if(J<0||H==0||s){o=M.idx=null;for(let e=0;e<v.length;e++){let t=Bt[e];t!=null&&Ft(t,-10,-10,I,L)}It&&oi(null,Di,!0,e==null&&$.setSeries),j.live&&(oe.fill(o),Re=!0)}else{let e,n,a;i==1&&(e=D.ori==0?J:Y,n=Li(e,S),o=M.idx=Wt(n,t[0],U,gn),a=k(t[0][o],D,c,0));let s=-10,u=-10,d=0,f=0,p=!0,m=``,h=``;for(let e=+(i==2);e<v.length;e++){let g=v[e],_=oe[e],y=_==null?null:i==1?t[e][_]:t[e][1][_],x=M.dataIdx(r,e,o,n),S=x==null?null:i==1?t[e][x]:t[e][1][x];if(Re=Re||S!=y||x!=_,oe[e]=x,e>0&&g.show){let n=x==null?-10:x==o?a:k(i==1?t[0][x]:t[e][0][x],D,c,0),_=S==null?-10:ee(S,i==1?b[g.scale]:b[g.facets[1].scale],l,0);if(It&&S!=null){let t=D.ori==1?J:Y,n=un(Pt.dist(r,e,x,_,t));if(n<yi){let r=Pt.bias;if(r!=0){let i=Li(t,g.scale),a=S>=0?1:-1,o=i>=0?1:-1;o==a&&(o==1?r==1?S>=i:S<=i:r==1?S<=i:S>=i)&&(yi=n,Ti=e)}else yi=n,Ti=e}}if(Re||Rt){let t,i;D.ori==0?(t=n,i=_):(t=_,i=n);let a,o,c,l,g,v,y=!0,b=kt.bbox;if(b!=null){y=!1;let t=b(r,e);c=t.left,l=t.top,a=t.width,o=t.height}else c=t,l=i,a=o=kt.size(r,e);if(v=kt.fill(r,e),g=kt.stroke(r,e),Rt)e==Ti&&yi<=Pt.prox&&(s=c,u=l,d=a,f=o,p=y,m=v,h=g);else{let t=Bt[e];t!=null&&(Vt[e]=c,Gt[e]=l,zt(t,a,o,y),Lt(t,v,g),Ft(t,fn(c),fn(l),I,L))}}}}if(Rt){let e=Pt.prox;if(Re||(Ei==null?yi<=e:yi>e||Ti!=Ei)){let e=Bt[0];e!=null&&(Vt[0]=s,Gt[0]=u,zt(e,d,f,p),Lt(e,m,h),Ft(e,fn(s),fn(u),I,L))}}}if(Q.show&&$r){if(e!=null){let[t,n]=$.scales,[r,i]=$.match,[a,o]=e.cursor.sync.scales,s=e.cursor.drag;if(Z=s._x,ti=s._y,Z||ti){let{left:s,top:u,width:d,height:f}=e.select,p=e.scales[a].ori,m=e.posToVal,h,g,_,v,y,x=t!=null&&r(t,a),S=n!=null&&i(n,o);x&&Z?(p==0?(h=s,g=d):(h=u,g=f),_=b[t],v=k(m(h,a),_,c,0),y=k(m(h+g,a),_,c,0),Hi(pn(v,y),un(y-v))):Hi(0,c),S&&ti?(p==1?(h=s,g=d):(h=u,g=f),_=b[n],v=ee(m(h,o),_,l,0),y=ee(m(h+g,o),_,l,0),Ui(pn(v,y),un(y-v))):Ui(0,l)}else ea()}else{let e=un(Zr-Ur),t=un(Qr-qr);if(D.ori==1){let n=e;e=t,t=n}Z=X.x&&e>=X.dist,ti=X.y&&t>=X.dist;let n=X.uni;n==null?X.x&&X.y&&(Z||ti)&&(Z=ti=!0):Z&&ti&&(Z=e>=n,ti=t>=n,!Z&&!ti&&(t>e?ti=!0:Z=!0));let r,i;Z&&(D.ori==0?(r=Jr,i=J):(r=Xr,i=Y),Hi(pn(r,i),un(i-r)),ti||Ui(0,l)),ti&&(D.ori==1?(r=Jr,i=J):(r=Xr,i=Y),Ui(pn(r,i),un(i-r)),Z||Hi(0,c)),!Z&&!ti&&(Hi(0,0),Ui(0,0))}}if(X._x=Z,X._y=ti,e==null){if(a){if(Aa!=null){let[e,t]=$.scales;$.values[0]=e==null?null:Li(D.ori==0?J:Y,e),$.values[1]=t==null?null:Li(D.ori==1?J:Y,t)}Ma(pt,r,J,Y,I,L,o)}if(It){let e=a&&$.setSeries,t=Pt.prox;Ei==null?yi<=t&&oi(Ti,Di,!0,e):yi>t?oi(null,Di,!0,e):Ti!=Ei&&oi(Ti,Di,!0,e)}}Re&&(j.idx=o,Ki()),n!==!1&&fa(`setCursor`)}let Yi=null;Object.defineProperty(r,"rect",{get(){return Yi??Xi(!1),Yi}});function Xi(e=!1){e?Yi=null:(Yi=m.getBoundingClientRect(),fa(`syncRect`,Yi))}function Zi(e,t,n,r,i,a,o){M._lock||$r&&e!=null&&e.movementX==0&&e.movementY==0||(Qi(e,t,n,r,i,a,o,!1,e!=null),e==null?Ji(t,!0,!1):Ji(null,!0,!0))}function Qi(e,t,n,i,a,o,c,l,u){if(Yi??Xi(!1),Ot(e),e!=null)n=e.clientX-Yi.left,i=e.clientY-Yi.top;else{if(n<0||i<0){J=-10,Y=-10;return}let[e,r]=$.scales,c=t.cursor.sync,[l,u]=c.values,[d,f]=c.scales,[p,m]=$.match,h=t.axes[0].side%2==1,g=D.ori==0?I:L,_=D.ori==1?I:L,v=h?o:a,y=h?a:o,x=h?i:n,S=h?n:i;if(n=d==null?x/v*g:p(e,d)?s(l,b[e],g,0):-10,i=f==null?S/y*_:m(r,f)?s(u,b[r],_,0):-10,D.ori==1){let e=n;n=i,i=e}}u&&(t==null||t.cursor.event.type==pt)&&((n<=1||n>=I-1)&&(n=Mn(n,I)),(i<=1||i>=L-1)&&(i=Mn(i,L))),l?(Ur=n,qr=i,[Jr,Xr]=M.move(r,n,i)):(J=n,Y=i)}let $i={width:0,height:0,left:0,top:0};function ea(){ri($i,!1)}let ta,na,ra,ia;function aa(e,t,n,i,a,o,s){$r=!0,Z=ti=X._x=X._y=!1,Qi(e,t,n,i,a,o,s,!0,!1),e!=null&&(be(ht,Tt,oa,!1),Ma(mt,r,Jr,Xr,I,L,null));let{left:c,top:l,width:u,height:d}=Q;ta=c,na=l,ra=u,ia=d}function oa(e,t,n,i,a,o,s){$r=X._x=X._y=!1,Qi(e,t,n,i,a,o,s,!1,!0);let{left:c,top:l,width:u,height:d}=Q,f=u>0||d>0,p=ta!=c||na!=l||ra!=u||ia!=d;if(f&&p&&ri(Q),X.setScale&&f&&p){let e=c,t=u,n=l,r=d;if(D.ori==1&&(e=l,t=d,n=c,r=u),Z&&ai(S,Li(e,S),Li(e+t,S)),ti)for(let e in b){let t=b[e];e!=S&&t.from==null&&t.min!=W&&ai(e,Li(n+r,e),Li(n,e))}ea()}else M.lock&&(M._lock=!M._lock,Ji(t,!0,e!=null));e!=null&&(xe(ht,Tt),Ma(ht,r,J,Y,I,L,null))}function sa(e,t,n,r,i,a,o){if(M._lock)return;Ot(e);let s=$r;if($r){let e=!0,t=!0,n,r;D.ori==0?(n=Z,r=ti):(n=ti,r=Z),n&&r&&(e=J<=10||J>=I-10,t=Y<=10||Y>=L-10),n&&e&&(J=J<Jr?0:I),r&&t&&(Y=Y<Xr?0:L),Ji(null,!0,!0),$r=!1}J=-10,Y=-10,oe.fill(null),Ji(null,!0,!0),s&&($r=s)}function ca(e,t,n,i,a,o,s){M._lock||(Ot(e),An(),ea(),e!=null&&Ma(vt,r,J,Y,I,L,null))}function la(){y.forEach(ka),dt(r.width,r.height,!0)}Ht(St,Et,la);let ua={};ua.mousedown=aa,ua.mousemove=Zi,ua.mouseup=oa,ua.dblclick=ca,ua.setSeries=(e,t,n,i)=>{let a=$.match[2];n=a(r,t,n),n!=-1&&oi(n,i,!0,!1)},se&&(be(mt,m,aa),be(pt,m,Zi),be(gt,m,e=>{Ot(e),Xi(!1)}),be(_t,m,sa),be(vt,m,ca),pa.add(r),r.syncRect=Xi);let da=r.hooks=e.hooks||{};function fa(e,t,n){wr?Tr.push([e,t,n]):e in da&&da[e].forEach(e=>{e.call(null,r,t,n)})}(e.plugins||[]).forEach(e=>{for(let t in e.hooks)da[t]=(da[t]||[]).concat(e.hooks[t])});let ma=(e,t,n)=>n,$=Xn({key:null,setSeries:!1,filters:{pub:On,sub:On},scales:[S,v[1]?v[1].scale:null],match:[kn,kn,ma],values:[null,null]},M.sync);$.match.length==2&&$.match.push(ma),M.sync=$;let Aa=$.key,ja=Pi(Aa);function Ma(e,t,n,r,i,a,o){$.filters.pub(e,t,n,r,i,a,o)&&ja.pub(e,t,n,r,i,a,o)}ja.sub(r);function Na(e,t,n,r,i,a,o){$.filters.sub(e,t,n,r,i,a,o)&&ua[e](null,t,n,r,i,a,o)}r.pub=Na;function Pa(){ja.unsub(r),pa.delete(r),ye.clear(),Ut(St,Et,la),l.remove(),F?.remove(),fa(`destroy`)}r.destroy=Pa;function Fa(){fa(`init`,e,t),Tn(t||e.data,!1),A[S]?Ar(S,A[S]):An(),Le=Q.show&&(Q.width>0||Q.height>0),Ie=Re=!0,dt(e.width,e.height)}return v.forEach(qt),y.forEach(nn),n?n instanceof HTMLElement?(n.appendChild(l),Fa()):n(r,Fa):Fa(),r}$.assign=Xn,$.fmtNum=cn,$.rangeNum=rn,$.rangeLog=Zt,$.rangeAsinh=Qt,$.orient=Li,$.pxRatio=z,$.join=tr,$.fmtDate=mr,$.tzDate=gr,$.sync=Pi;{$.addGap=Hi,$.clipGaps=Vi;let e=$.paths={points:na};e.linear=oa,e.stepped=sa,e.bars=la,e.spline=da}var Aa=`.uplot,.uplot *,.uplot :before,.uplot :after{box-sizing:border-box}.uplot{width:min-content;font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica Neue,Arial,Noto Sans,sans-serif,Apple Color Emoji,Segoe UI Emoji,Segoe UI Symbol,Noto Color Emoji;line-height:1.5}.u-title{text-align:center;font-size:18px;font-weight:700}.u-wrap{-webkit-user-select:none;user-select:none;position:relative}.u-over,.u-under{position:absolute}.u-under{overflow:hidden}.uplot canvas{width:100%;height:100%;display:block;position:relative}.u-axis{position:absolute}.u-legend{text-align:center;margin:auto;font-size:14px}.u-inline{display:block}.u-inline *{display:inline-block}.u-inline tr{margin-right:16px}.u-legend th{font-weight:600}.u-legend th>*{vertical-align:middle;display:inline-block}.u-legend .u-marker{width:1em;height:1em;margin-right:4px;background-clip:padding-box!important}.u-inline.u-live th:after{content:":";vertical-align:middle}.u-inline:not(.u-live) .u-value{display:none}.u-series>*{padding:4px}.u-series th{cursor:pointer}.u-legend .u-off>*{opacity:.3}.u-select{pointer-events:none;background:#00000012;position:absolute}.u-cursor-x,.u-cursor-y{pointer-events:none;will-change:transform;position:absolute;top:0;left:0}.u-hz .u-cursor-x,.u-vt .u-cursor-y{border-right:1px dashed #607d8b;height:100%}.u-hz .u-cursor-y,.u-vt .u-cursor-x{border-bottom:1px dashed #607d8b;width:100%}.u-cursor-pt{pointer-events:none;will-change:transform;border:0 solid;border-radius:50%;position:absolute;top:0;left:0;background-clip:padding-box!important}.u-axis.u-off,.u-select.u-off,.u-cursor-x.u-off,.u-cursor-y.u-off,.u-cursor-pt.u-off{display:none}`,ja=3e5,Ma=3500,Na=class{constructor(){this.moments=[],this.lines=new Map}note(e,t){let n=this.moments.at(-1);n!==void 0&&Ma<e-n&&this.append(n+1,new Map),this.append(e,t);let r=this.moments.findIndex(t=>e-ja<=t);this.moments.splice(0,r);for(let[e,t]of this.lines)t.splice(0,r),t.every(e=>e===null)&&this.lines.delete(e)}columns(e){let t=()=>this.moments.map(()=>null);return[this.moments.map(e=>e/1e3),...e.map(e=>this.lines.get(e)??t())]}extent(e){let t=this.lines.get(e)??[],n=t.filter(e=>e!==null);if(n.length!==0)return{now:t.at(-1)??void 0,min:Math.min(...n),max:Math.max(...n)}}append(e,t){for(let e of t.keys())this.lines.has(e)||this.lines.set(e,this.moments.map(()=>null));this.moments.push(e);for(let[e,n]of this.lines)n.push(t.get(e)??null)}},Pa=`operator`,Fa=96,Ia=[{seconds:240,words:`−4 min`},{seconds:120,words:`−2 min`},{seconds:0,words:`now`}],La=Array.from({length:12},(e,t)=>10**t).flatMap(e=>[e,2*e,5*e]),Ra=class extends r{constructor(...e){super(...e),this.heading=``,this.lines=[],this.whole=!1,this.format=String,this.marks=[],this.at=0,this.drawn=``,this.sized=new ResizeObserver(()=>this.resize()),this.scheme=matchMedia(`(prefers-color-scheme: dark)`),this.repaint=()=>{this.drawn=``,this.requestUpdate()}}static{this.styles=[f(Aa),he,n`
      :host {
        min-width: 0;
      }
      figure {
        display: grid;
        gap: 0.35rem;
        margin: 0;
      }
      figcaption {
        display: flex;
        justify-content: space-between;
        align-items: baseline;
        gap: 0.5rem;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr auto auto;
        gap: 0.1rem 0.5rem;
        align-items: center;
        margin: 0;
        font-size: 0.75rem;
        line-height: 1.35;
      }
      dt {
        grid-column: 1 / 3;
        display: flex;
        align-items: center;
        gap: 0.4rem;
        color: var(--ink-soft);
      }
      dd {
        margin: 0;
        text-align: right;
      }
      dd.now {
        min-width: 3.5rem;
        font-weight: 600;
      }
      dd.range {
        min-width: 6.2rem;
        color: var(--ink-soft);
      }
      svg {
        flex: none;
      }
      .canvas {
        height: ${Fa}px;
        overflow: hidden;
      }
      .probe {
        display: none;
      }
    `]}connectedCallback(){super.connectedCallback(),this.scheme.addEventListener(`change`,this.repaint)}disconnectedCallback(){super.disconnectedCallback(),this.scheme.removeEventListener(`change`,this.repaint),this.sized.disconnect(),this.plot?.destroy(),this.plot=void 0,this.drawn=``}render(){let e=this.pointed===void 0?void 0:this.columns()[0][this.pointed],t=e===void 0?`last 5 min`:new Date(e*1e3).toLocaleTimeString();return i`
      <figure>
        <figcaption>
          <h3>${this.heading}</h3>
          <span class="soft small">${t}</span>
        </figcaption>
        <div class="canvas" role="img" aria-label=${this.words()}></div>
        <dl>
          ${this.lines.map((e,t)=>this.row(e,t))}
        </dl>
        <i class="probe"></i>
      </figure>
    `}row(e,t){let n=this.history?.extent(e.key),r=this.pointed===void 0?void 0:this.columns()[t+1]?.[this.pointed],a=this.pointed===void 0?n?.now:r??void 0,o=n===void 0?``:`${this.format(n.min)} … ${this.format(n.max)}`,s=(pe[e.look]??[]).join(` `);return i`
      <dt>
        <svg width="22" height="6" aria-hidden="true">
          <line
            x1="0" y1="3" x2="22" y2="3" stroke="var(--l${e.look})" stroke-width="2"
            stroke-dasharray=${s}
          ></line>
        </svg>
        ${e.label}
      </dt>
      <dd class="now">${this.format(a)}</dd>
      <dd class="range"><span class="hidden">between </span>${o}</dd>
    `}words(){let e=this.lines.map(({key:e,label:t})=>{let n=this.history?.extent(e);if(n===void 0)return`${t}: –`;let{now:r,min:i,max:a}=n,o=`between ${this.format(i)} and ${this.format(a)}`;return`${t}: ${this.format(r)}, ${o}`});return`${this.heading}, last 5 minutes. ${e.join(`; `)}`}updated(e){let t=JSON.stringify(this.lines);this.plot===void 0||t!==this.drawn?(this.drawn=t,this.draw()):e.has(`at`)&&this.plot.setData(this.columns())}columns(){return this.history?.columns(this.lines.map(({key:e})=>e))??[[]]}span(){return{min:(this.at-ja)/1e3,max:this.at/1e3}}draw(){this.plot?.destroy();let e=this.colour(`--line`),t=this.colour(`--ink-soft`),n={stroke:t,font:`11px ${getComputedStyle(this).fontFamily}`,grid:{stroke:e,width:1},ticks:{show:!1}};this.plot=new $({width:Math.max(this.canvas.clientWidth,60),height:Fa,legend:{show:!1},padding:[6,14,0,0],cursor:{sync:{key:Pa,setSeries:!1},drag:{x:!1,y:!1},points:{size:5},y:!1},scales:{x:{time:!0,auto:!1,range:()=>[this.span().min,this.span().max]},y:{range:(e,t,n)=>za(t,n)}},axes:[{...n,size:20,gap:4,grid:{show:!1},splits:(e,t,n,r)=>Ia.map(({seconds:e})=>Math.max(n,r-e)),values:()=>Ia.map(({words:e})=>e)},{...n,size:52,gap:4,space:30,...this.whole?{incrs:La}:{},values:(e,t)=>t.map(e=>this.format(e))}],series:[{},...this.lines.map(({look:e})=>this.series(e))],hooks:{setCursor:[e=>this.point(e.cursor.idx??void 0)],drawClear:[e=>this.drawMarks(e,t)]}},this.columns(),this.canvas),this.sized.observe(this.canvas)}series(e){return{stroke:this.colour(`--l${e}`),width:1.5,dash:[...pe[e]??[]],points:{show:!1}}}point(e){let t=this.plot!==void 0&&0<=(this.plot.cursor.left??-1)?e:void 0;t!==this.pointed&&(this.pointed=t)}drawMarks(e,t){let{ctx:n,bbox:r}=e;n.save(),n.strokeStyle=t,n.globalAlpha=.6,n.lineWidth=devicePixelRatio,n.setLineDash([3*devicePixelRatio,3*devicePixelRatio]);for(let t of this.marks){let i=e.valToPos(t/1e3,`x`,!0);i<r.left||r.left+r.width<i||(n.beginPath(),n.moveTo(i,r.top),n.lineTo(i,r.top+r.height),n.stroke())}n.restore()}colour(e){return this.probe.style.color=`var(${e})`,getComputedStyle(this.probe).color}resize(){let e=this.canvas.clientWidth;0<e&&this.plot!==void 0&&this.plot.width!==e&&this.plot.setSize({width:e,height:Fa})}};g([s()],Ra.prototype,`heading`,void 0),g([s({attribute:!1})],Ra.prototype,`lines`,void 0),g([s({attribute:!1})],Ra.prototype,`history`,void 0),g([s({attribute:!1})],Ra.prototype,`whole`,void 0),g([s({attribute:!1})],Ra.prototype,`format`,void 0),g([s({attribute:!1})],Ra.prototype,`marks`,void 0),g([s({type:Number})],Ra.prototype,`at`,void 0),g([b()],Ra.prototype,`pointed`,void 0),g([v(`.canvas`)],Ra.prototype,`canvas`,void 0),g([v(`.probe`)],Ra.prototype,`probe`,void 0),Ra=g([y(`usher-plot`)],Ra);function za(e,t){let n=Math.min(0,e??0),r=Math.max(0,t??0);return n===r?[0,1]:[n*1.1,r*1.1]}var Ba=5e3,Va=200,Ha=100,Ua=[{key:`reserved`,label:`Sold`},{key:`pending`,label:`Held`},{key:`available`,label:`Free`},{key:`blocked`,label:`Blocked`}],Wa={scheduled:`Not yet on sale`,on_sale:`On sale`,closed:`Closed`,cancelled:`Cancelled`},Ga=class extends r{constructor(...e){super(...e),this.client=()=>{throw Error(`a client is needed`)},this.shows=[],this.reports=new Map,this.loaded=!1,this.opened=new Set,this.ended=new AbortController}static{this.styles=[he,n`
      .empty {
        padding: 1rem;
      }
      .name {
        display: flex;
        align-items: center;
        gap: 0.4rem;
      }
      .name button {
        min-width: 2rem;
        padding: 0;
        border-color: transparent;
        background: none;
        color: var(--ink-soft);
      }
      .name button span {
        display: inline-block;
        transition: transform 0.15s;
      }
      .name button[aria-expanded="true"] span {
        transform: rotate(90deg);
      }
      .category th {
        padding-left: 3.2rem;
        font-weight: 400;
      }
      .category {
        background: color-mix(in srgb, var(--paper) 60%, transparent);
      }
      .bar {
        display: flex;
        width: 11rem;
        height: 0.7rem;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: 0.35rem;
        background: var(--card);
      }
      .bar i {
        flex: 0 0 auto;
        transition: width 0.4s;
      }
      .key {
        display: inline-block;
        width: 0.75rem;
        height: 0.75rem;
        margin-right: 0.35rem;
        border: 1px solid var(--line);
        border-radius: 0.15rem;
        vertical-align: -0.1rem;
      }
      .reserved {
        background: var(--accent);
      }
      .pending {
        background: repeating-linear-gradient(
          45deg,
          var(--accent) 0 2px,
          transparent 2px 5px
        );
      }
      .blocked {
        background: repeating-linear-gradient(
          90deg,
          var(--ink-soft) 0 1px,
          transparent 1px 3px
        );
      }
      .amount {
        color: var(--ink-soft);
      }
    `]}connectedCallback(){super.connectedCallback(),this.ended=new AbortController,this.watch(this.ended.signal)}disconnectedCallback(){super.disconnectedCallback(),this.ended.abort()}async watch(e){for(;!e.aborted;)document.hidden||await this.look(),await new Promise(e=>setTimeout(e,Ba))}async look(){try{let e=this.client();this.shows=await Ja(e),this.loaded=!0;for(let{id:t}of this.shows){let n={path:{show:t}},r=await u(e.GET(`/v1/shows/{show}/report`,{params:n}));this.reports=new Map(this.reports).set(t,r)}this.trouble=void 0}catch(e){this.trouble=Ya(e)}}render(){let{shows:t,trouble:n}=this;return i`
      ${n===void 0?e:i`<p class="empty warn" role="status">${n}</p>`}
      ${this.loaded&&t.length===0?i`<p class="empty soft">No shows yet.</p>`:i`<div class="scrolls" role="region" aria-label="Sales" tabindex="0">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Show</th>
                    <th scope="col">Status</th>
                    <th scope="col"><span class="hidden">Shares</span></th>
                    ${Ua.map(({key:e,label:t})=>i`<th scope="col" class="number">
                        <i class="key ${e}" aria-hidden="true"></i>${t}
                      </th>`)}
                    <th scope="col" class="number">Taken in</th>
                  </tr>
                </thead>
                <tbody>
                  ${t.map(e=>this.rows(e))}
                </tbody>
              </table>
            </div>`}
    `}rows(t){let n=this.reports.get(t.id),r=this.opened.has(t.id),a=`${r?`Hide`:`Show`} categories of ${t.name}`;return i`
      <tr>
        <th scope="row">
          <div class="name">
            <button
              aria-expanded=${r?`true`:`false`}
              aria-label=${a}
              @click=${()=>this.toggle(t.id)}
            >
              <span aria-hidden="true">▸</span>
            </button>
            <div>
              ${t.name}
              <div class="soft small">${t.id} · ${t.venue} · ${d(t.starts_at)}</div>
            </div>
          </div>
        </th>
        <td>${Wa[t.status]}</td>
        ${n===void 0?e:qa(n.totals,n.currency)}
      </tr>
      ${r?n?.categories.map(e=>Ka(e,n)):e}
    `}toggle(e){let t=new Set(this.opened);t.delete(e)||t.add(e),this.opened=t}};g([s({attribute:!1})],Ga.prototype,`client`,void 0),g([b()],Ga.prototype,`shows`,void 0),g([b()],Ga.prototype,`reports`,void 0),g([b()],Ga.prototype,`trouble`,void 0),g([b()],Ga.prototype,`loaded`,void 0),g([b()],Ga.prototype,`opened`,void 0),Ga=g([y(`show-sales`)],Ga);function Ka(e,{currency:t}){let n=e.price===null?`no price`:o(e.price,t);return i`
    <tr class="category">
      <th scope="row">${e.category}</th>
      <td class="soft">${n}</td>
      ${qa(e,t)}
    </tr>
  `}function qa(e,t){let n=Ua.reduce((t,{key:n})=>t+e[n].count,0);return i`
    <td>
      <div class="bar" aria-hidden="true">
        ${Ua.map(({key:t})=>{let r=n===0?0:100*e[t].count/n;return i`<i class=${t} .style=${`width:${r}%`}></i>`})}
      </div>
    </td>
    ${Ua.map(({key:n})=>i`<td class="number">
        ${I(e[n].count)}
        <div class="amount small">${o(e[n].amount,t)}</div>
      </td>`)}
    <td class="number"><strong>${o(e.reserved.amount,t)}</strong></td>
  `}async function Ja(e){let t=[],n;do{let r={status:`all`,limit:Ha,...n===void 0?{}:{cursor:n}},i=await u(e.GET(`/v1/shows`,{params:{query:r}}));t.push(...i.data),n=i.next_cursor??void 0}while(n!==void 0&&t.length<Va);return t}function Ya(e){return e instanceof m?e.response.status===403?`Only organizers and operators see sales.`:`Sales can't be read: ${e.problem.detail}.`:`No node tells of sales at the moment; what is below may be out of date.`}var Xa=class extends r{constructor(...e){super(...e),this.trouble=``}static{this.styles=[he,ge,n`
      form {
        display: grid;
        gap: 0.9rem;
        max-width: 30rem;
        margin: 12vh auto;
        padding: 1.5rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
      }
      button {
        min-height: 2.75rem;
      }
    `]}render(){return i`
      <form @submit=${e=>this.submit(e)}>
        <h2>Who are you?</h2>
        <p class="soft">
          This cluster knows its callers by tokens. An operator's shows everything here; an
          organizer's shows sales.
        </p>
        <label>
          Token
          <input
            type="password"
            autocomplete="off"
            spellcheck="false"
            aria-describedby="trouble"
            required
          />
        </label>
        <p id="trouble" class="bad" role="alert">${this.trouble===``?e:this.trouble}</p>
        <button class="primary">Use it in this tab</button>
      </form>
    `}submit(e){e.preventDefault();let t=this.input.value.trim();t!==``&&this.dispatchEvent(new CustomEvent(`token`,{detail:t}))}};g([s()],Xa.prototype,`trouble`,void 0),g([v(`input`)],Xa.prototype,`input`,void 0),Xa=g([y(`token-form`)],Xa);var Za=/^([A-Za-z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?$/,Qa=/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g,$a=class e{constructor(e,t){this.at=e,this.samples=t}static parse(t,n){let r=new Map;for(let e of t.split(`
`)){let[,t,n,i]=Za.exec(e)??[];if(t===void 0||i===void 0)continue;let a={labels:io(n??``),value:oo(i)},o=r.get(t);o===void 0?r.set(t,[a]):o.push(a)}return new e(n,r)}sum(e,t={}){let n=this.with(e,t);return n.length===0?void 0:n.reduce((e,{value:t})=>e+t,0)}max(e){let t=this.with(e,{});return t.length===0?void 0:Math.max(...t.map(({value:e})=>e))}by(e,t){let n=this.with(e,{}).map(({labels:e,value:n})=>[e[t]??``,n]);return new Map(n)}buckets(e){let t=new Map;for(let{labels:n,value:r}of this.with(`${e}_bucket`,{})){let e=oo(n.le??``);t.set(e,(t.get(e)??0)+r)}return[...t].map(([e,t])=>({le:e,count:t})).sort((e,t)=>e.le-t.le)}with(e,t){let n=Object.entries(t);return(this.samples.get(e)??[]).filter(e=>n.every(([t,n])=>e.labels[t]===n))}};function eo(e,t){return t<e?t:t-e}function to(e,t,n,r={}){let i=t.sum(n,r),a=(t.at-e.at)/1e3;if(!(i===void 0||a<=0))return eo(e.sum(n,r)??0,i)/a}function no(e,t,n){let r=ro(t,n),i=r.at(-1)?.count??0;if(i<=0)return;let a=e*i,o=r.findIndex(({count:e})=>a<=e),s=r[o];if(s===void 0)return;let c=r[o-1]??{le:0,count:0};if(s.le===1/0)return c.le;let l=s.count-c.count;return c.le+(s.le-c.le)*(a-c.count)/l}function ro(e,t){let n=new Map(e.map(({le:e,count:t})=>[e,t]));return t.some(({le:e,count:t})=>t<(n.get(e)??0))?[...t]:t.map(({le:e,count:t})=>({le:e,count:t-(n.get(e)??0)}))}function io(e){let t={};for(let[,n,r]of e.matchAll(Qa))n!==void 0&&r!==void 0&&(t[n]=ao(r));return t}function ao(e){return e.replace(/\\(.)/g,(e,t)=>t===`n`?`
`:t)}function oo(e){return e===`+Inf`?1/0:e===`-Inf`?-1/0:Number(e)}var so=5e3;function co(e,t){let n=t=>e.sum(`usher_${t}`),r=(n,r={})=>t===void 0?void 0:to(t,e,`usher_${n}`,r),i=n=>t===void 0?void 0:no(.99,t.buckets(`usher_${n}`),e.buckets(`usher_${n}`)),[a,o]=[n(`raft_applied_index`),n(`raft_apply_lag_entries`)],s=[...e.by(`usher_raft_peer_match_lag_entries`,`peer`)];return{term:n(`raft_term`),leads:n(`raft_is_leader`)===1,applied:a,last:a===void 0?void 0:a+(o??0),unapplied:o,behind:new Map(s.map(([e,t])=>[Number(e),t])),undecided:n(`raft_undecided_writes`),syncP99:i(`log_fsync_seconds`),commitP99:i(`raft_commit_seconds`),clockOffset:n(`clock_offset_seconds`),connections:n(`http_connections_open`),streams:n(`stream_listeners`),outboxDepth:n(`outbox_depth`),outboxOldest:e.max(`usher_outbox_oldest_seconds`),holdsActive:n(`holds_active`),holds:r(`hold_outcomes_total`,{outcome:`held`}),conflicts:r(`seat_conflicts_total`),bookings:r(`bookings_total`),requests:r(`http_request_duration_seconds_count`),diskFree:n(`disk_free_bytes`)}}function lo(e){return e.split(`
`).map(e=>/^\[([+-])\](\S+) (?:failed: )?(.*)$/.exec(e)).flatMap(e=>{let[,t,n,r]=e??[];return n===void 0?[]:[{name:n,failed:t===`-`?r:void 0}]})}var uo=1e3,fo=4e3,po=2500,mo=250,ho=200,go=class{constructor(e,t,n){this.who=e,this.seeds=t,this.changed=n,this.picture=A,this.access=`unknown`,this.news=[],this.history=new Na,this.at=0,this.turns=[],this.waking=new _o,this.lines=new Map,this.ended=new AbortController}start(){for(let e of this.seeds)this.follow(e);this.repeat(()=>this.askForView());let{signal:e}=this.ended,t=setInterval(()=>this.look(),mo);e.addEventListener(`abort`,()=>clearInterval(t)),document.addEventListener(`securitypolicyviolation`,e=>this.bar(e),{signal:e})}stop(){this.ended.abort()}origins(){let e=e=>{let t=this.picture.members.find(({id:t})=>t===e.node);return t?.reach===`answers`?t.role===`leader`?0:1:2};return[...this.lines.values()].filter(({barred:e})=>!e).sort((t,n)=>e(t)-e(n)).map(({origin:e})=>e)}follow(e){if(this.lines.has(e))return;let t={origin:e,node:void 0,heardAt:void 0,askedAt:void 0,failed:!1,barred:!1,vitals:void 0,checks:[],scrapes:[]};this.lines.set(e,t),this.repeat(()=>this.ask(t),()=>this.lines.get(e)===t)}async repeat(e,t=()=>!0){for(;!this.ended.signal.aborted&&t();){let t=performance.now();document.hidden||await e();let n=performance.now()-t;await bo(Math.max(uo-n,uo/10),this.ended.signal)}}async ask(e){if(e.barred)return;let t=this.within(fo);e.askedAt=this.waking.now();try{let[n,r]=await Promise.all([`/metrics`,`/readyz?verbose`].map(n=>fetch(e.origin+n,{signal:t,cache:`no-store`,credentials:`omit`})));if(n===void 0||r===void 0||!n.ok)throw Error(`refused`);let[i,a]=await Promise.all([n.text(),r.text()]),o=Number(n.headers.get(`Usher-Node`));0<o&&(e.node=o),this.hear(e,$a.parse(i,Date.now())),e.checks=lo(a)}catch{e.failed=!0,e.scrapes=[]}finally{e.askedAt=void 0}}hear(e,t){e.scrapes=e.scrapes.filter(({at:e})=>t.at-so<=e),e.vitals=co(t,e.scrapes[0]),e.scrapes.push(t),e.heardAt=this.waking.now(),e.failed=!1}async askForView(){if(this.access!==`forbidden`&&this.access!==`unauthorized`)for(let e of this.origins())try{let t=await fetch(`${e}/v1/cluster`,{headers:yo(this.who),signal:this.within(po),cache:`no-store`,credentials:`omit`});if(t.status===401||t.status===403){this.access=t.status===401?`unauthorized`:`forbidden`;return}if(!t.ok)continue;this.learn(await t.json());return}catch{continue}}learn(e){if(this.access=`operator`,e.nodes.length===0)return;this.view={at:this.waking.now(),cluster:e};let t=new Map(e.nodes.map(({id:e,http:t})=>[P(t),e]));for(let[e,n]of t)[...this.lines.values()].some(({node:e,failed:t})=>e===n&&!t)||this.follow(e);for(let[n,r]of this.lines)r.node??=t.get(n),!e.nodes.some(({id:e})=>e===r.node)&&!this.seeds.includes(n)&&this.lines.delete(n)}bar(e){for(let t of this.lines.values())e.blockedURI.startsWith(t.origin)&&(t.barred=!0)}look(){let e=this.waking.look(document.hidden);if(document.hidden)return;let t=this.picture;this.picture=te([...this.lines.values()],this.view,t,e);let n=Date.now(),r=de(t,this.picture).map(e=>({...e,at:n}));this.news.unshift(...r.reverse()),this.news.splice(ho),t.led!==void 0&&ue(t.led,this.picture.led)&&(this.turns=[...this.turns.filter(e=>n-e<=ja),n]);let i=uo-mo/2<=n-this.at;i&&(this.at=n,this.history.note(n,vo(this.picture))),(i||0<r.length)&&this.changed()}within(e){return AbortSignal.any([this.ended.signal,AbortSignal.timeout(e)])}},_o=class{constructor(){this.awake=0,this.looked=performance.now()}now(){return this.awake+Math.min(performance.now()-this.looked,1.2*mo)}look(e){let t=this.now();return this.looked=performance.now(),e||(this.awake=t),this.awake}};function vo(e){let t=new Map,n=e.members.filter(({vitals:e})=>e!==void 0),r=e=>n.flatMap(({vitals:t})=>{let n=t===void 0?void 0:e(t);return n===void 0?[]:[n]}),i=e=>e.length===0?void 0:e.reduce((e,t)=>e+t,0),a=e=>e.length===0?void 0:Math.max(...e);for(let{id:e,vitals:r,behind:i}of n)t.set(`sync ${e}`,r?.syncP99),t.set(`clock ${e}`,r?.clockOffset),t.set(`connections ${e}`,r?.connections),t.set(`streams ${e}`,r?.streams),t.set(`behind ${e}`,i),t.set(`unapplied ${e}`,r?.unapplied);t.set(`holds`,i(r(({holds:e})=>e))),t.set(`conflicts`,i(r(({conflicts:e})=>e))),t.set(`bookings`,a(r(({bookings:e})=>e))),t.set(`requests`,i(r(({requests:e})=>e))),t.set(`outbox`,a(r(({outboxDepth:e})=>e))),t.set(`oldest`,a(r(({outboxOldest:e})=>e)));let o=e.members.find(({id:t})=>t===e.leader);return t.set(`commit`,o?.vitals?.commitP99),t}function yo({token:e,role:t}){return e===void 0?t===void 0?{}:{"X-Usher-Role":t}:{Authorization:`Bearer ${e}`}}function bo(e,t){return new Promise(n=>{let r=()=>{clearTimeout(i),t.removeEventListener(`abort`,r),n()},i=setTimeout(r,e);t.addEventListener(`abort`,r)})}var xo={patienceMs:12e3,attemptMs:4e3},So={patienceMs:4e4,attemptMs:35e3},Co=40,wo=class extends r{constructor(...e){super(...e),this.beat=0,this.trouble=``,this.who={},this.seeds=l()}static{this.styles=[he,n`
      main,
      header {
        max-width: 84rem;
        margin: 0 auto;
        padding: 0 1.25rem;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
        padding-top: 1rem;
        padding-bottom: 1rem;
      }
      h1 {
        margin: 0;
        font-size: 1.125rem;
        font-weight: 600;
      }
      h1 b {
        color: var(--accent);
      }
      .verdict {
        display: inline-flex;
        align-items: center;
        gap: 0.5rem;
        padding: 0.25rem 0.8rem;
        border: 1px solid currentColor;
        border-radius: 2rem;
        font-size: 0.875rem;
        font-weight: 600;
      }
      .verdict i {
        width: 0.6rem;
        height: 0.6rem;
        border-radius: 50%;
        background: currentColor;
      }
      .verdict.warn i {
        border-radius: 0.1rem;
      }
      .verdict.bad i {
        border-radius: 0;
        transform: rotate(45deg);
      }
      .mode {
        margin-left: auto;
      }
      .notice {
        margin-bottom: 1rem;
        padding: 0.7rem 1rem;
        border: 1px solid var(--line);
        border-left: 4px solid var(--warn);
        border-radius: var(--radius);
        background: var(--card);
        font-size: 0.9rem;
      }
      main {
        display: grid;
        gap: 1rem;
        padding-bottom: 3rem;
      }
      section {
        min-width: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--card);
      }
      section > h2 {
        padding: 0.75rem 1rem 0.25rem;
      }
      .top {
        display: grid;
        grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        gap: 1rem;
      }
      .picture {
        padding-bottom: 1rem;
      }
      .side {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        gap: 1rem;
        min-width: 0;
      }
      .facts {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        gap: 1px;
        margin: 0;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--line);
      }
      .facts div {
        padding: 0.6rem 0.75rem;
        background: var(--card);
      }
      .facts dt {
        overflow: hidden;
        color: var(--ink-soft);
        font-size: 0.75rem;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .facts dd {
        margin: 0;
        font-size: 1.25rem;
        font-weight: 600;
        line-height: 1.3;
        white-space: nowrap;
      }
      .news {
        display: flex;
        flex-direction: column;
        min-height: 9rem;
      }
      .news ol {
        flex: 1 1 0;
        min-height: 7rem;
        margin: 0;
        padding: 0.25rem 1rem 0.75rem;
        overflow-y: auto;
        list-style: none;
        font-size: 0.8125rem;
      }
      .news li {
        display: grid;
        grid-template-columns: auto auto 1fr;
        gap: 0.6rem;
        align-items: baseline;
        padding: 0.2rem 0;
      }
      .plots {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr));
        gap: 1px;
        overflow: hidden;
      }
      .plots usher-plot {
        padding: 0.75rem 1rem;
        box-shadow: 0 0 0 1px var(--line);
      }
      @media (max-width: 60rem) {
        .top {
          grid-template-columns: minmax(0, 1fr);
        }
      }
      @media (max-width: 30rem) {
        main,
        header {
          padding-right: 0.75rem;
          padding-left: 0.75rem;
        }
        .facts {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .mode {
          margin-left: 0;
        }
      }
    `]}connectedCallback(){super.connectedCallback();let e=h()?c():{role:`operator`};e!==void 0&&this.begin(e)}disconnectedCallback(){super.disconnectedCallback(),this.watch?.stop(),this.watch=void 0}begin(e){this.who=e,this.watch=new go(e,this.seeds,()=>this.heard()),this.watch.start()}heard(){this.watch?.access===`unauthorized`&&this.leave(`This token is not accepted, or has run out.`),this.beat+=1}leave(e){this.watch?.stop(),this.watch=void 0,this.trouble=e,h()&&p()}render(){let{watch:e}=this;if(e===void 0)return i`<main>
        <h1 class="hidden">Operator</h1>
        <token-form
          .trouble=${this.trouble}
          @token=${e=>this.take(e.detail)}
        ></token-form>
      </main>`;let{tone:t,words:n}=ce(e.picture);return i`
      <header>
        <h1><b>Usher</b> · Operator</h1>
        <span class="verdict ${t}" role="status"><i aria-hidden="true"></i>${n}</span>
        ${this.mode(e)}
      </header>
      <main>
        ${this.notices(e)} ${this.top(e)}
        <section aria-label="The last five minutes" class="plots">
          ${Do(e).map(t=>this.plot(t,e))}
        </section>
        <section>
          <h2>Members</h2>
          <cluster-members
            .picture=${e.picture}
            ?acts=${e.access===`operator`}
            @wish=${e=>void this.asking.ask(e.detail)}
          ></cluster-members>
        </section>
        <section>
          <h2>Sales</h2>
          <show-sales .client=${()=>this.client(xo)}></show-sales>
        </section>
      </main>
      <ask-twice
        .picture=${e.picture}
        .client=${e=>this.client(So,e)}
        @outcome=${e=>this.note(e.detail)}
      ></ask-twice>
    `}mode(e){return h()?i`<span class="mode soft small">
      ${e.access===`operator`?`With an operator's token`:`With a token`}
      <button @click=${()=>this.leave(``)}>Leave</button>
    </span>`:i`<span class="mode soft small">
        Open mode: callers are believed, and this page acts as an operator
      </span>`}notices(t){let{picture:n,access:r}=t,a=n.members.find(({origin:e})=>e===location.origin),o=n.members.find(({reach:e,barred:t})=>e===`answers`&&!t),s=a!==void 0&&a.reach===`silent`&&o!==void 0;return i`
      ${s?i`<p class="notice">
              Node ${a.id}, from which this page was loaded, does not answer. The page goes on
              with the others; before you reload it, go to
              <a href="${o.origin}/operator">the same page at node ${o.id}</a>.
            </p>`:e}
      ${r===`forbidden`?i`<p class="notice">
              This token is no operator's: members can be seen, and not changed.
            </p>`:e}
    `}top(e){return i`
      <div class="top">
        <section class="picture">
          <h2>
            Cluster
            <span class="soft small">${e.picture.clusterId?.slice(0,8)??``}</span>
          </h2>
          <cluster-picture .picture=${e.picture}></cluster-picture>
        </section>
        <div class="side">
          <dl class="facts">
            ${To(e).map(([e,t])=>i`<div>
                <dt>${e}</dt>
                <dd>${t}</dd>
              </div>`)}
          </dl>
          <section class="news">
            <h2>What happened</h2>
            ${Eo(e.news)}
          </section>
        </div>
      </div>
    `}plot({heading:e,lines:t,format:n,whole:r},a){return i`<usher-plot
      .heading=${e}
      .lines=${t}
      .format=${n}
      .whole=${r??!1}
      .history=${a.history}
      .marks=${a.turns}
      .at=${a.at}
    ></usher-plot>`}take(e){_(e),this.trouble=``,this.begin({token:e})}note({tone:e,words:t}){this.watch?.news.unshift({at:Date.now(),tone:e,words:t}),this.requestUpdate()}client(e,t){let n=this.watch?.origins()??this.seeds,r=this.watch?.picture.members.find(({id:e})=>e===t)?.origin,i=[...n.filter(e=>e!==r),...n.filter(e=>e===r)];return a({endpoints:i,...this.who,...e})}};g([b()],wo.prototype,`watch`,void 0),g([b()],wo.prototype,`beat`,void 0),g([b()],wo.prototype,`trouble`,void 0),g([v(`ask-twice`)],wo.prototype,`asking`,void 0),wo=g([y(`usher-operator`)],wo);function To({picture:e,history:t}){let n=e=>t.extent(e)?.now,r=e.members.filter(({vitals:e})=>e!==void 0),i=r.find(({id:t})=>t===e.leader)??r[0],a=e.members.reduce((e,{vitals:t})=>e+(t?.streams??0),0);return[[`Leader`,e.leader===void 0?`–`:`Node ${e.leader}`],[`Term`,I(e.term)],[`Applied`,I(i?.applied)],[`Decided in, p99`,R(n(`commit`))],[`Holds now`,I(i?.vitals?.holdsActive)],[`Open streams`,I(a)],[`Outbox`,I(n(`outbox`))],[`Oldest in it`,R(n(`oldest`))]]}function Eo(e){if(e.length===0)return i`<ol>
      <li class="soft">Nothing since this page was opened.</li>
    </ol>`;let t={good:`●`,warn:`■`,bad:`◆`};return i`<ol tabindex="0" aria-label="What happened, the latest first">
    ${e.slice(0,Co).map(({at:e,tone:n,words:r})=>i`<li>
        <time class="soft">${new Date(e).toLocaleTimeString()}</time>
        <span class=${n} aria-hidden="true">${t[n]}</span>
        <span>${r}</span>
      </li>`)}
  </ol>`}function Do({picture:e}){let t=t=>e.members.map(({id:e})=>({key:`${t} ${e}`,label:`Node ${e}`,look:me(e)})),n=(e,t,n=0)=>({key:e,label:t,look:n});return[{heading:`Holds a second`,lines:[n(`holds`,`Held`),n(`conflicts`,`Seats in vain`,2)],format:L},{heading:`Bookings a second`,lines:[n(`bookings`,`Booked`)],format:L},{heading:`Disk sync, p99`,lines:t(`sync`),format:R},{heading:`Entries behind the leader`,lines:t(`behind`),format:I,whole:!0},{heading:`Clock, from the median`,lines:t(`clock`),format:we},{heading:`Open streams`,lines:t(`streams`),format:I,whole:!0},{heading:`Open connections`,lines:t(`connections`),format:I,whole:!0},{heading:`Outbox`,lines:[n(`outbox`,`Rows`)],format:I,whole:!0},{heading:`Oldest in the outbox`,lines:[n(`oldest`,`Age`)],format:R}]}