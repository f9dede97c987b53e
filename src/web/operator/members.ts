import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { VERBS, choices, type Change } from "./change.js";
import { NOTHING, type Member, type Picture } from "./cluster.js";
import { UNKNOWN, count, duration, offset, perSecond } from "./format.js";
import { inWords, stateOf } from "./picture.js";
import { shared } from "./style.js";

/** Every member with what it told last; for operators, what can be done with it. */
@customElement("cluster-members")
export class ClusterMembers extends LitElement {
  static override styles = [
    shared,
    css`
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
    `,
  ];

  @property({ attribute: false }) picture: Picture = NOTHING;
  /** Whether whoever looks may change anything. */
  @property({ type: Boolean }) acts = false;

  override render() {
    return html`
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
              ${this.acts ? html`<th scope="col" class="number">Change</th>` : nothing}
            </tr>
          </thead>
          <tbody>
            ${this.picture.members.map((member) => this.row(member))}
          </tbody>
        </table>
      </div>
    `;
  }

  private row(member: Member) {
    const { vitals } = member;
    const { tone } = stateOf(member);
    return html`
      <tr>
        <th scope="row">
          Node ${member.id}
          <div class="soft small">${member.origin.replace(/^https?:\/\//, "")}</div>
        </th>
        <td>
          <span class="dot ${tone}" aria-hidden="true"></span><span class="words">${inWords(member)}</span>
          ${this.why(member)}
        </td>
        <td class="number">${count(member.term)}</td>
        <td class="number">${count(member.last)}</td>
        <td class="number">${count(member.applied)}</td>
        <td class="number">${count(member.behind)}</td>
        <td class="number">${duration(vitals?.syncP99)}</td>
        <td class="number">${offset(vitals?.clockOffset)}</td>
        <td class="number">${count(vitals?.connections)}</td>
        <td class="number">${count(vitals?.streams)}</td>
        <td class="number">${perSecond(vitals?.requests)}</td>
        <td class="number">${bytes(vitals?.diskFree)}</td>
        ${this.acts ? html`<td><div class="actions">${this.buttons(member)}</div></td>` : nothing}
      </tr>
    `;
  }

  private why(member: Member) {
    if (member.barred) {
      return html`<div class="soft small why">
        Joined after this page was loaded: <a href=${location.href}>reload</a> to ask it too.
      </div>`;
    }
    return member.failing.map(
      ({ name, failed }) => html`<div class="soft small why">${name}: ${failed}</div>`,
    );
  }

  private buttons(member: Member) {
    return choices(member).map((kind) => {
      const change: Change = { kind, node: member.id };
      return html`<button aria-label=${`${VERBS[kind]}: node ${member.id}`} @click=${() => this.wish(change)}>
        ${VERBS[kind]}
      </button>`;
    });
  }

  private wish(change: Change): void {
    this.dispatchEvent(new CustomEvent<Change>("wish", { detail: change }));
  }
}

/** Bytes as disks are sold. */
function bytes(value: number | undefined): string {
  return value === undefined ? UNKNOWN : `${count(value / 1e9)} GB`;
}
