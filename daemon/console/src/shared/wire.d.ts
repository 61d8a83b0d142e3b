// Made by daemon/api/generate.py from daemon/api/openapi/*.json; do not edit. The API's types.

export type Account = { id: string; name: string; roles: string[]; roles_zh: string[]; positions: string[]; region: string; expires: string | null; state: string; last_use: string | null; last_remote: string };
export type AccountLogin = { id: string; name: string; state: string; has_password: boolean; has_second_factor: boolean; has_token: boolean; changed_at: string | null; wrong: number; paused_until: string | null; sessions: number; tokens: number };
export type Addressee = { id: string; kind: string; kind_zh: string; name: string; region: string; contact: string; phone: string; account: string; channels: string[]; blocks: string[] };
export type AddresseeList = { number: number | null; note: string; sample: boolean; at?: string; person?: string; source?: string; sha256?: string; addressees: Addressee[]; tasks: number };
export type AddresseesRecorded = AddresseeList & { warnings: string[] };
export type AddresseesTakenEvent = { number: number; person: string; source: string; sha256: string; addressees: number };
export type AdoptedCatalogue = { number: number | null; name?: string; from?: string; put_at?: string; put_by?: string; reason?: string; sha256?: string; in_force?: boolean; confirmed_at?: string | null; confirmed_by?: string; begun_at?: string | null; withdrawn_at?: string | null; withdrawn_by?: string; withdrawn_why?: string; findings?: string[]; clauses?: ClauseChanges; trial?: RulesTrial; catalogue?: string; base?: { [name: string]: unknown } };
export type Approval = { proposer: string; approvers: string[]; persons: number; consultation: boolean; four_eyes: boolean };
export type Assessment = { finding: string; reason: string; missing: string[]; proposal: Proposal | null };
export type AuditBrokenEvent = { written: string; found: string; why: string };
export type AuditCheck = { holds: boolean; breaks: string[] };
export type AuditEntry = { number: number; at: string; person: string; remote: string; action: string; subject: string; detail: unknown; hash: string };
export type AuditHead = { kind: string; number: number; hash: string; at: string; key: string; signature: string; root?: string; size?: number };
export type BrokerDroppedEvent = { count: number; total: number };
export type Case = { number: number; kind: string; enterprise: string; obligation: string; warning: string; verdict?: number; state: string; state_zh: string; conclusion: string; opened_at: string; changed_at: string; suspected: boolean; inspectors: string[]; due_at?: string; next: string[]; text: string };
export type CaseEvent = { number: number; state: string; step?: string; kind?: string; enterprise?: string };
export type CaseFile = { number: number; name: string; media: string; bytes: number; sha256: string; at: string; person: string; taken_at?: string; longitude?: number; latitude?: number; datum?: string };
export type CaseStep = { at: string; step: string; person: string; detail: { [name: string]: unknown } | null };
export type CaseStory = { number: number; kind: string; enterprise: string; obligation: string; warning: string; verdict?: number; state: string; state_zh: string; conclusion: string; opened_at: string; changed_at: string; suspected: boolean; inspectors: string[]; due_at?: string; next: string[]; text: string; delivery?: Delivery; files: CaseFile[]; checklist: CheckItem[]; proposals: Consequence[]; steps: CaseStep[] };
export type Cause = { number: number; warning: string; source: string; from: string; to: string; cause: string; cause_zh: string; binds: boolean; reason: string; at: string; person: string; withdrawn_at: string | null; withdrawn_by: string; withdrawn_reason: string; advice: CauseAdvice[] };
export type CauseAdvice = { addressee: string; text: string[] };
export type Change = { number: number; kind: string; kind_zh: string; colour: string; mandatory: boolean; cause?: string; from: string; expected_to: string | null; proposer: string; proposed_at: string; lapses_at: string; ordered_by: string; order: OrderAnswer | null; consulted_by: string[]; reason: string; clause: string; data: string; approval: Approval; stage: string; stage_zh: string; signatures: Signature[] };
export type CheckItem = { id: string; text: string; optional: boolean };
export type ClauseChanges = { total: number; examples: ({ clause: string; before: string; after: string })[] };
export type Clock = { now: string; mode: string; run: number; messages_taken_in: number; orders_unpublished: number; broker_up: boolean };
export type ClockJumpedEvent = { seconds: number; from: string; to: string };
export type ColumnMap = { map: string | null };
export type ColumnMapKept = { map: string; audit: number };
export type ConfigRefusedEvent = { count: number; why: string[] };
export type Consequence = { id: string; kind: string; text: string; clause: string; until?: string; time_bar: string; sample: boolean; source: string };
export type Consultation = { number: number; change: number; at: string; recorded_by: string; summary: string; participants: Participant[]; corrections: ({ [name: string]: unknown })[]; amendment: { [name: string]: unknown } | null; effect: { [name: string]: unknown } | null };
export type Consulted = { warning: Warning; effect: { [name: string]: unknown } };
export type Control = { number: number; id: string; state: string; state_zh: string; from: string; to: string; trades: string[]; enterprises: string[]; regions: string[]; grades: string[]; except_grades: string[]; except_classes: string[]; measure: { [name: string]: unknown }; measure_zh: string; document: string; reason: string; proposed_at: string; proposed_by: string; signed_at: string | null; signed_by: string; withdrawn_at: string | null; withdrawn_by: string; withdrawn_why: string; covers: SeasonCovers };
export type CountedEvent = { new: number; by_region?: { [name: string]: number }; enterprise?: string };
export type CoverageGap = { kind: string; enterprise: string; name: string; region: string; what: string; detail: string; says: string };
export type CoverageGaps = { edition: string; holds?: boolean; enterprises?: number; lines?: number; lines_emitting?: number; lines_metered?: number; left_out?: number; counts?: { [name: string]: unknown }; not_asked: string[]; items: CoverageGap[] };
export type CursorPage = { page: number | null; per_page: number; pages: number | null; total: number | null; next: string | null };
export type DayFigures = { days: number; days_known: number; heavy_days: number; good_days: number; pm25_days: number; pm25_mean: number | null };
export type DecidedOn = { inputs: string; check: string; found_then: unknown; found_again: unknown; equal: boolean; why_not: string; data: unknown };
export type Delivery = { known_from: string | null; by: string | null; published_at: string | null; received_at: string | null; telephoned_at: string | null; warned_at?: string };
export type DraftedTask = { addressee: Addressee; deadline: string | null; items: ({ text: string; reason: string; source: string; sample: boolean; deadline: string | null })[] };
export type Draw = { number: number; purpose: string; lists: DrawLists; lists_sha256: string; seed_sha256: string; public_source: string; committed_at: string; committed_by: string; audit_entry: number; seed?: string; public_value?: string; drawn_at?: string; drawn_by?: string; drawn?: DrawnSite[] };
export type DrawEvent = { number: number; purpose: string; seed_sha256: string; lists_sha256: string };
export type DrawLists = { inspectors: string[]; sites: string[]; sites_wanted: number; inspectors_per_site: number; avoid: ({ inspector: string; site: string })[] };
export type DrawnSite = { site: string; inspectors: string[] };
export type Duty = { at: string; on_duty: OnDuty[]; gaps: RosterGap[]; open: { [name: string]: number }; beyond: number; roster: RosterHead };
export type DutyActEvent = { matter: number; kind: string; region: string; act: string; person: string; note: string; until?: string; step?: number };
export type DutyRosterEvent = { number: number; person: string; source: string; sha256: string; shifts: number };
export type DutySituation = { has_roster: boolean; on_duty: OnDuty[]; gaps: RosterGap[]; open: { [name: string]: number } };
export type DutyStepEvent = { kind: string; step: number; action: string; region: string; exercise: boolean; count: number; matters: number[]; asked: string[] };
export type EnsembleScores = { source: string; kind: string; issues: number; leads: LeadScore[]; flip_flop: FlipFlop };
export type Enterprise = { id: string; name: string; region: string; industry: string; grade: string; category: string; online: boolean; since?: string };
export type EnterpriseFacts = { id: string; name: string; region: string; industry: string; grade: string; category: string; contact: string; phone: string; permit: string; edition: string; lines: Line[]; meters: Meter[]; online: boolean; since?: string };
export type EnterpriseKey = { number: number; enterprise: string; key: string; fingerprint: string; registered_at: string; registered_by: string; registered_why: string; revoked_at: string | null; revoked_by: string; revoked_why: string };
export type EnterpriseKeyEvent = { enterprise: string; key: string; fingerprint: string; person: string; reason: string };
export type Explanation = { warning: Warning; story: StoryEntry[]; consultations: Consultation[]; plans: Plan[]; recomputed: number; equal: number; holds: boolean };
export type Fault = { text: string; file: string; line: number; column: number; severity: string; what: string; cure: string };
export type Federation = { enabled: boolean; region: string; fingerprint: string; peers: FederationPeer[]; keys: TrustedKey[]; findings: string[] };
export type FederationPeer = { name: string; region: string; above: boolean; url: string; waiting: number; answer: string };
export type FederationReceipt = { kind: string; body: { id: string; revision: number; digest: string; taken: boolean; why: string; received_at: string }; key: string; signature: string };
export type FederationReceived = { number: number; received_at: string; remote: string; digest: string; id: string; revision: number; kind: string; issuer: string; key: string; proved: boolean; verdict: string; why: string; document: string; receipt: string };
export type FederationSending = { number: number; peer: string; kind: string; subject: string; revision: number; standing: string; closed_why: string; failures: number; next_at: string | null; answer: string; ended_at: string | null; digest: string; document: string; receipt: string };
export type Finding = { kind: string; kind_zh: string; text: string; meter?: string; from: string; to: string; measured: number; allowed: number; unit: string; readings: string[]; missing: Span[] };
export type FlipFlop = { days: number; mean: number | null; highest: number | null; highest_on: string | null };
export type Floor = { id: string; document: string; clause: string; colour: string; from: string; to: string; source: string };
export type FloorAnswer = { pollutant: string; base_kg_d: number; reduced_kg_d: number; share: number; floor: number; met: boolean; how: string };
export type FollowUp = { region: string; name: string; state: string; at: string | null; by: string; note: string; late: boolean };
export type ForecastDocument = { number: string; forecasts: ({ [name: string]: unknown })[] };
export type ForecastEvent = { number: number; source: string; issued_at: string; sha256: string };
export type ForecastRevision = { number: number; arrived: string; issued_at: string; source: string; person: string; file: string; sha256: string; regions: string[]; from: string; to: string; members?: unknown; kind?: string };
export type GradePaper = { number: number | null; paper?: string; decided_by?: string; put_at?: string; put_by?: string; confirmed_at?: string | null; confirmed_by?: string; withdrawn_at?: string | null; withdrawn_by?: string; withdrawn_why?: string; edition?: string; counts?: boolean; changes?: ({ enterprise: string; grade: string; from: string; source: string; decided_by: string })[]; trial?: RulesTrial };
export type Handover = { number: number; since: string; given_at: string; given_by: string; given_to: string; taken_at: string | null; taken_by: string; taken_note: string; sha256: string; content?: { [name: string]: unknown } };
export type HandoverEvent = { number: number; given_by: string; given_to: string; taken_by: string; sha256: string };
export type Health = { status: string };
export type Inventory = { edition: string; sha256: string; loaded_at: string; person: string; source: string; enterprises: number; lines: number; meters: number; in_use: boolean };
export type InventoryEvent = { edition: string };
export type InventoryTaken = { edition: string; is_new: boolean; column_map: string; answered_questions?: number; findings: string[] };
export type KeptAccount = { id: string; name: string; roles: string[]; positions: string[]; region: string; expires: string | null; disabled: boolean; in_file: boolean; made_by: string; made_at: string; changed_by: string; changed_at: string };
export type KeyEvent = { key: string; fingerprint: string; from: string | null; emergency: boolean; reason: string; orders_signed_again: number };
export type LeadScore = { lead_days: number; cases: number; members_mean: number | null; crps: number | null; reliability: number | null; resolution: number | null; uncertainty: number | null; persistence_crps: number | null; skill: number | null };
export type LevelChance = { day: string; lead_days: number; sources: number; readings: number; at_least: { [name: string]: number } };
export type Line = { id: string; name: string; equipment: string; uninterruptible: boolean; so2_kg_d: number; nox_kg_d: number; pm_kg_d: number; vocs_kg_d: number };
export type LinkMade = { id: string; kind: "set" | "login"; link: string; ends_at: string; ended: number };
export type LinkShown = { id: string; name: string; kind: "set" | "login"; ends_at: string; needs_code: boolean; password_least: number; code_secret: string | null; code_address: string | null };
export type LinkTakenOverEvent = { count: number };
export type Matter = { number: number; kind: string; kind_zh: string; subject: string; revision: string; region: string; exercise: boolean; text: string; opened_at: string; deadline: string; look_at: string | null; closed_at: string | null; owner: string | null; steps: ({ step: number; action: string; at: string; asked: string[] })[]; acts: ({ act: string; at: string; person: string; until: string | null; step: number | null; note: string })[]; ladder: ({ step: number; action: string; action_zh: string; minutes: number; before_deadline: boolean; ask: string[] })[] };
export type MessageSetAsideEvent = { topic: string; file: string; enterprise?: string };
export type Meter = { id: string; line: string; role: string; last_reading?: string };
export type NightPage = { name: string; made_at: string; bytes: number };
export type Notice = { identifier: string; warning: string; kind: string; colour: string; exercise: boolean; sent: string; expires: string | null; headline: string; body: string; document: string; cap: string };
export type NoticeDraft = { warning: string; generation: number; change: number; change_kind: string; exercise: boolean; at: string; notice: { identifier: string; document: string; kind: string; text_kind: string; colour: string; headline: string; body: string; measures: string; instruction: string; headline_en: string; body_en: string; cap: string } | null; unfilled: ({ what: string; where: string })[]; plan: PlanSummary | null; orders: { issued: number; ended: number } | null; prompts: string[] };
export type NoticeEvent = { warning: string; identifier: string; kind: string };
export type ObligationChange = { obligation: string; drop?: boolean; ratio?: number; from?: string; detail?: string };
export type Observation = { region: string; time: string; pm25?: number | null; pm10?: number | null; so2?: number | null; no2?: number | null; co?: number | null; o3?: number | null };
export type ObservationsEvent = { number: number; hours: number; sha256: string };
export type OfWarningEvent = { warning: string };
export type OnDuty = { role: string; person: string; name: string; phone: string; deputy: string; deputy_name: string; deputy_phone: string; stands_in: boolean; until: string };
export type Order = { enterprise: string; region: string; warning: string; order: string; revision: number; exercise: boolean; obligations: number; issued_at: string; effective_from: string; effective_to: string | null; acknowledged_by_broker: boolean; published_at: string | null; receipt_state: string; receipt_at: string | null; receipt_proof: string; refused_code: number | null; refused_why: string | null; refused_cure: string | null; refused_at: string | null };
export type OrderAnswer = { binds: boolean; why: string; recorded_by: string };
export type OrderPhoto = { number: number; name: string; media: string; bytes: number; sha256: string; at: string; taken_at?: string; longitude?: number; latitude?: number; datum?: string };
export type OrderRefusedEvent = { new?: number; reason?: number; reason_zh?: string; by_region?: { [name: string]: number } };
export type OrderReport = { number: number; exercise: boolean; revision: number; line: string; at: string; by: string; note: string; photos: OrderPhoto[] };
export type OrderTamperedEvent = { enterprise: string };
export type OrderWhole = { enterprise: string; region: string; warning: string; order: string; revision: number; exercise: boolean; obligations: number; issued_at: string; effective_from: string; effective_to: string | null; acknowledged_by_broker: boolean; published_at: string | null; receipt_state: string; receipt_at: string | null; receipt_proof: string; refused_code: number | null; refused_why: string | null; refused_cure: string | null; refused_at: string | null; answers: Receipt[]; contradicted: boolean; refusal: Refusal | null; document: { [name: string]: unknown } };
export type Outlines = { number: number | null; name: string; source: string; sha256: string; given_by: string; given_at: string | null; counties: ({ code: string; name: string; rings: number[][][] })[] };
export type Outlook = { source: string; issued_at: string; earlier: number; fresh: boolean; known_until: string; windows: OutlookWindow[] };
export type OutlookWindow = { colour: string; from: string; to: string; met_at: string; highest_aqi: number; mandatory: boolean; open: boolean };
export type Own = { now: string; driven: boolean; region_name: string; enterprise: OwnFacts; orders: OwnOrder[] };
export type OwnCase = { number: number; kind: string; obligation: string; warning: string; state: string; state_zh: string; conclusion: string; conclusion_zh: string; opened_at: string; text: string; next: string[]; due_at: string | null; steps: OwnCaseStep[] };
export type OwnCaseStep = { at: string; step: string; step_zh: string; own: boolean; note: string; by: string };
export type OwnFacts = { id: string; name: string; region: string; industry: string; grade: string; contact: string; phone: string; lines: OwnLine[]; meters: OwnMeter[] };
export type OwnLine = { id: string; name: string; uninterruptible: boolean };
export type OwnMeter = { id: string; line: string; role: string };
export type OwnOrder = { exercise: boolean; order: string; warning: string; revision: number; issued_at: string; effective_from: string; effective_to: string | null; receipt_state: string; receipt_at: string | null; receive_by: string; execute_by: string; receipts: OwnReceipt[]; refusal: OwnRefusal | null; document: { [name: string]: unknown } };
export type OwnReceipt = { number: number; exercise: boolean; order: string; revision: number; state: string; at: string; arrived: string; by: string; note: string; channel: string; recorded: boolean; effect: string; proof: string; overruled: boolean };
export type OwnReceiptTaken = { effect: string; revision: number };
export type OwnRefusal = { note: string; by: string; opened_at: string; answer_by: string; standing: string; reason: string; answered_at: string | null };
export type OwnRulesEvent = { number: number; name: string; person: string };
export type OwnRulesStep = { number: number; name: string; person: string };
export type OwnToken = { id: string; name: string; roles: string[]; reads_only: boolean; made_at: string; used_at: string; ends_at: string };
export type Pack = { number: number | null; configured?: string; delay_hours?: number; pack?: { [name: string]: unknown }; samples?: unknown; id?: string; name?: string; from?: string; put_at?: string; put_by?: string; reason?: string; sha256?: string; begun_at?: string | null; in_force?: boolean; trial?: unknown; inventory_trial?: RulesTrial | null; withdrawn_at?: string | null; withdrawn_by?: string; withdrawn_why?: string; texts?: unknown; needs_second?: boolean; changes?: string[]; confirmed_at?: string | null; confirmed_by?: string | null; ready_at?: string | null };
export type PackAdoptedEvent = { number: number; id: string; from: string; reason: string; sha256: string; samples: number; tried: boolean; needs_second: boolean };
export type PackConfirmed = { number: string; id: string; put_by: string; ready_at: string };
export type PackConfirmedEvent = { number: string; id: string; put_by: string; ready_at: string };
export type PackInForceEvent = { number: number; id: string };
export type PackWaitsEvent = { number: number; id: string; changes: string[] };
export type PackWithdrawn = { number: string; withdrawn: boolean };
export type PackWithdrawnEvent = { number: string; reason: string };
export type Page = { page: number; per_page: number; pages: number; total: number };
export type PageLinkMade = { enterprise: string; link: string; ends_at: string };
export type Participant = { name: string; unit: string };
export type Past = { at: string; now: string; first: string | null; warnings: PastWarning[]; warnings_below: number | null; orders: ({ state: string; exercise: boolean; orders: number })[]; cases: PastCase[]; cases_total: number; matters: PastMatter[] };
export type PastCase = { number: number; kind: string; enterprise: string; warning: string; text: string; opened_at: string; step: string; person: string; step_at: string | null; closed: boolean };
export type PastEntry = { number: number; at: string; event: string; kind: string; colour: string; person: string; role: string; reason: string; clause: string };
export type PastMatter = { number: number; kind: string; text: string; exercise: boolean; opened_at: string; deadline: string };
export type PastOrder = { enterprise: string; warning: string; order: string; revision: number; issued_at: string; state: string; state_at: string | null };
export type PastOrders = { items: PastOrder[]; after: string | null };
export type PastWarning = { id: string; exercise: boolean; created_at: string; colour: string | null; mandatory: boolean; from: string | null; lifted: boolean; published: { identifier: string; kind: string; colour: string; sent: string; headline: string; body: string; expected_to: string | null } | null; pending: { number: number; kind: string; colour: string; proposer: string; proposed_at: string } | null; story: PastEntry[] };
export type Person = { id: string; name: string; roles: string[]; roles_zh: string[]; positions: string[]; region: string };
export type PhoneEntry = { enterprise: string; revision: number; wanted: string; listed_at: string; name?: string; contact?: string; phone?: string };
export type Plan = { generation: number; at: string; edition: string; summary: PlanSummary; rules: { [name: string]: unknown } | null };
export type PlanDifference = { added: number; removed: number; changed: number; unchanged: number; examples: ({ [name: string]: unknown })[] };
export type PlanPreview = { plan: PlanSummary; in_force: PlanSummary | null; difference: PlanDifference; order: OrderAnswer | null };
export type PlanSummary = { colour: string | null; edition: string; enterprises: number; obligations: number; actions: { [name: string]: number }; floors: FloorAnswer[]; floors_met: boolean; remarks: number; measures_zh: string };
export type PreNotice = { enterprise: string; name: string; line: string; begin_by: string; too_late: boolean; contact: string; phone: string; text: string };
export type PreNotices = Page & { edition: string; level: string; from: string; items: PreNotice[] };
export type PreNoticesSent = { subject: string; plants: number; unchanged: number; tasks: number[] };
export type Problem = { type: string; status: number; title: string; detail?: string; faults?: Fault[]; proposed_map?: string; open_questions?: number; refusal?: string; clause?: string };
export type Prompt = { number: string; zone: string; colour: string; from: string; to: string | null; deadline: string; note: string; asks: string; recorded_at: string; recorded_by: string; source: string; waiting: number; overdue: boolean; follow_up: FollowUp[] };
export type PromptFollowedEvent = { number: string; region: string; state: string; note: string };
export type Proposal = { kind: string; colour: string; mandatory: boolean; causes?: string[]; from: string; expected_to: string | null; window: Span; likelihood: string; of: number; immediate: boolean; short_lead: boolean; agree: { [name: string]: number }; sources: string[]; reasons: ProposalReason[]; clause?: string; clause_text?: string };
export type ProposalReason = { kind: string; text: string; source: string; values: unknown[] };
export type PublicKey = { kind: string; key: string; fingerprint: string; valid_from: string; valid_to: string | null; succession: Succession | null };
export type Pull = { source: string; member: string; region: string; url: string; every_minutes: number; state: string; why: string; failures: number; tried_at: string | null; answered_at: string | null; taken_at: string | null; next_at: string | null };
export type Readiness = { store: boolean; broker: boolean; backlog: number; ready: boolean };
export type Reading = { t: string; meter: string; kw: number; kwh?: number | null; kwh_total?: number | null; valid: boolean };
export type Receipt = { number: number; enterprise: string; order: string; revision: number; state: string; at: string; by: string; note: string; arrived: string; stated_ahead_s: number; channel: string; sender: string; recorded_by: string; effect: string; proof: string; key: string; contradicts: string | null; overruled_by: number | null };
export type ReceiptContradictsEvent = { enterprise: string; order: string; revision: number; state: string; on_record: string; by: string; channel: string; sender?: string; proof?: string; key?: string };
export type ReceiptEvent = { enterprise: string; order: string; revision: number; state: string; by: string; channel: string; sender?: string; proof?: string; key?: string; corrects?: string; note?: string };
export type ReceiptTaken = { effect: string; revision: number };
export type Refusal = { number: number; enterprise: string; order: string; revision: number; receipt: number; by: string; note: string; opened_at: string; answer_by: string; standing: string; answered_at: string | null; answered_by: string | null; reason: string | null };
export type RefusalAnswered = { number: number; enterprise: string; order: string; revision: number; standing: string; person: string; reason: string; revision_in_force: number };
export type RefusalEvent = { number: number; enterprise: string; order: string; revision: number; standing: string; person: string; reason: string; revision_in_force?: number };
export type Rejected = { number: number; arrived: string; topic: string; payload: string; why: string };
export type Rejudged = { windows: number; judged: number; changed: number; cases_opened: number };
export type Roster = { number: number | null; at?: string; person?: string; source?: string; sha256?: string; needs: string[]; shifts: ({ role: string; person: string; deputy: string; phone: string; deputy_phone: string; from: string; to: string })[]; absences: ({ person: string; from: string; to: string })[]; gaps: RosterGap[] };
export type RosterGap = { role: string; from: string; to: string };
export type RosterHead = { number: number | null; at?: string; person?: string; source?: string; sha256?: string };
export type RosterRecorded = Roster & { warnings: string[] };
export type RulesTrial = { edition: string; from: string; levels: ({ level: string; before: { [name: string]: unknown }; after: { [name: string]: unknown }; difference: { [name: string]: unknown } })[] };
export type SampleMark = { section: string; text: string };
export type SeasonAccount = { code: string; name: string; township: boolean; rank: number | null; dust_days: number; all: DayFigures; without_dust: DayFigures; targets: TargetLeft[] };
export type SeasonAccounts = Page & { from: string; as_of: string; items: SeasonAccount[] };
export type SeasonCovers = { enterprises: number; obligations: number };
export type SeasonDebt = { window: string; enterprise: string; name: string; region: string; line: string; as_of: string; owed_days: number; kept_days: number; made_up_days: number; unknown_days: number; debt_days: number; text: string };
export type SeasonOrdersEvent = { day: string; edition: string; issued: number; ended: number };
export type SeasonRecorded = { records: number; audit: number };
export type SeasonRecordedEvent = { enterprise: string; person: string; records: number };
export type SeasonWindow = { id: string; kind: string; kind_zh: string; from: string; to: string; state: string; trades: string[]; enterprises: string[]; grades: string[]; except_grades: string[]; measure: string; measure_zh: string; source: string; certainty: string; certainty_zh: string; covers: SeasonCovers };
export type Segment = { colour: string; mandatory: boolean; cause?: string; from: string; to: string | null };
export type SendAttempt = { number: number; target: string; began_at: string; ended_at: string | null; answer: string; taken: boolean; person: string };
export type Sending = { channel: string; revision: number; standing: string; closed_why: string; next_at: string | null; attempts: SendAttempt[] };
export type Sendings = { items: Sending[] };
export type Series = { meter: string; enterprise: string; line: string; role: string; interval_min: number; baseline_method: string; readings: SeriesReading[]; baseline: SeriesPoint[]; cap: SeriesPoint[]; windows: SeriesWindow[] };
export type SeriesPoint = { t: string; kw: number };
export type SeriesReading = { t: string; kw: number; valid: boolean };
export type SeriesWindow = { obligation: string; warning: string; from: string; to: string | null; detail: string };
export type Session = { id: string; name: string; roles: string[]; roles_zh: string[]; positions: string[]; region: string; by: "session" | "link" | "token" | "own_token"; second_factor: boolean; reads_only: boolean; sign_needs_code: boolean; csrf_token: string | null; ends_at: string | null; idle_seconds: number | null };
export type Signature = { person: string; role: string; at: string };
export type SilentMeter = { meter: string; enterprise: string; region: string; last_reading: string | null };
export type Situation = { now: string; region: string; pack: string; standard: string; samples: SampleMark[]; assessment: Assessment; outlooks: Outlook[]; chances: LevelChance[]; sub_yellow: { [name: string]: unknown } | null; inputs: { [name: string]: unknown }; warning: Warning | null; drill: Warning | null; duty?: DutySituation };
export type Skill = { region: string; from: string; to: string; above: number[]; is_cut: boolean; observed_hours: number; sources: ({ [name: string]: unknown })[]; ensembles: EnsembleScores[] };
export type SmsAnswerTaken = { enterprise?: string; task?: number; revision: number; state: string; effect: string };
export type Span = { from: string; to: string | null };
export type StoodStillEvent = { seconds: number };
export type StoryEntry = { number: number; at: string; event: string; change: number | null; kind: string; colour: string; person: string; role: string; reason: string; clause: string; generation: number; detail: { [name: string]: unknown }; effects: ({ [name: string]: unknown })[]; decided_on?: DecidedOn };
export type Succession = { kind: string; from: string; to: string; at: string; emergency: boolean; reason: string; signature_from: string; signature_to: string };
export type Taken = { numbers: number[]; new_revisions: number; hours: number; warnings: string[] };
export type Target = { county: string; target: string; unit: string; ceiling: number; from: string; to: string; days: number; days_known: number; reached: number | null; allowed: number | null; left_per_day: number | null; course: string; text: string; basis: string; days_uploaded: number; days_derived: number; points: number; points_known: number; enterprises: number; enterprises_with_points: number };
export type TargetLeft = { target: string; target_zh: string; unit: string; from: string; to: string; set: number; days_left: number; reached: number | null; left: number | null; reached_without_dust: number | null; left_without_dust: number | null };
export type Targets = Page & { as_of: string; days_waiting: number; items: Target[] };
export type TargetsSet = { audit: number };
export type Task = { number: number; addressee: string; kind: string; kind_zh: string; name: string; region: string; contact: string; phone: string; about: string; about_zh: string; subject: string; exercise: boolean; revision: number; lifted: boolean; issued_at: string; deadline: string | null; wanted: string; state: string; state_zh: string; state_at: string | null; state_by: string; waiting_since: string | null; listed_at: string | null };
export type TaskAnswer = { number: number; revision: number; state: string; arrived_at: string; by: string; note: string; person: string; channel: string; effect: string; file: number | null };
export type TaskAnswered = TaskWhole & { effect: string };
export type TaskAnsweredEvent = { task: number; revision: number; addressee: string; region: string; exercise: boolean; state: string; by: string; file_sha256: string };
export type TaskFile = { number: number; name: string; media: string; bytes: number; sha256: string; at: string; person: string };
export type TaskIssuedEvent = { about?: string; subject?: string; exercise?: boolean; count?: number; lifted?: number; by_region?: { [name: string]: number }; new?: number };
export type TaskSending = { channel: string; standing: string; closed_why: string; attempts: ({ began_at: string; ended_at: string | null; answer: string; taken: boolean })[] };
export type TaskWhole = Task & { document: { [name: string]: unknown }; answers: TaskAnswer[]; files: TaskFile[]; sendings: TaskSending[] };
export type TrustedKey = { name: string; tier: string; regions: string[]; fingerprint: string; from: string; to: string | null; revoked: string | null; reason: string };
export type Upgrade = { replayed: { at: string; version: string; decisions: number; plans: number; differing: number; reworded: number; no_inputs: number; of_open: number; is_whole: boolean; examples: string[] } | null };
export type Verdict = { number: number; version: number; is_latest: boolean; is_final: boolean; enterprise: string; obligation: string; warning: string; line: string; action: string; ratio: number; revision: number; window: Span; compliance: string; compliance_zh: string; text: string; coverage: number; measured_kwh: number; allowed_kwh: number; normal_kwh?: number; baseline: { [name: string]: unknown } | null; accusation?: { log10_e: number; log10_needed: number; chance_per_winter: number; settled: number; to_settle: string }; delivery?: Delivery; findings: Finding[]; judged_at: string; first_at: string; judge_edition: number; parameters: string };
export type VerdictEvent = { number: number; enterprise: string; obligation: string; warning: string; compliance: string; cases_opened: number };
export type Warning = { id: string; exercise: boolean; standing: string; standing_zh: string; generation: number; issued_at: string | null; lifted_at: string | null; expected_to: string | null; changes: number; colour: string | null; level: string | null; mandatory: boolean; effective_from: string | null; segments: Segment[]; pending: Change | null; number: number; created_at: string; updated_at: string; plan_generation: number };
export type WarningAskedEvent = { warning: string; change: number; persons_missing: number; consultation_missing: boolean };
export type WarningEvent = { warning: string; exercise: boolean; standing: string; generation: number; kind: string; colour: string; person: string; reason: string };

/** What an event holds, by its kind. */
export interface EventData {
  "addressees.taken": AddresseesTakenEvent;
  "audit.broken": AuditBrokenEvent;
  "broker-dropped": BrokerDroppedEvent;
  "case": CaseEvent;
  "catalogue.adopted": OwnRulesEvent;
  "catalogue.confirmed": OwnRulesEvent;
  "catalogue.in_force": OwnRulesEvent;
  "catalogue.withdrawn": OwnRulesEvent;
  "cause.stated": Cause;
  "cause.withdrawn": Cause;
  "clock-jumped": ClockJumpedEvent;
  "config.refused": ConfigRefusedEvent;
  "control.proposed": Control;
  "control.signed": Control;
  "control.withdrawn": Control;
  "draw.committed": DrawEvent;
  "draw.drawn": DrawEvent;
  "duty.act": DutyActEvent;
  "duty.handover_given": HandoverEvent;
  "duty.handover_taken": HandoverEvent;
  "duty.roster": DutyRosterEvent;
  "duty.step": DutyStepEvent;
  "enterprise-key.registered": EnterpriseKeyEvent;
  "enterprise-key.revoked": EnterpriseKeyEvent;
  "floor.recorded": Floor;
  "forecast": ForecastEvent;
  "grades.changed": OwnRulesEvent;
  "grades.confirmed": OwnRulesEvent;
  "grades.withdrawn": OwnRulesEvent;
  "inventory": InventoryEvent;
  "key.first": KeyEvent;
  "key.replaced_in_emergency": KeyEvent;
  "key.succeeded": KeyEvent;
  "link-taken-over": LinkTakenOverEvent;
  "message-set-aside": MessageSetAsideEvent;
  "meters-silent": CountedEvent;
  "notice.published": NoticeEvent;
  "observations": ObservationsEvent;
  "order-refused": OrderRefusedEvent;
  "order-tampered": OrderTamperedEvent;
  "pack.adopted": PackAdoptedEvent;
  "pack.confirmed": PackConfirmedEvent;
  "pack.in_force": PackInForceEvent;
  "pack.waits": PackWaitsEvent;
  "pack.withdrawn": PackWithdrawnEvent;
  "phone-list": CountedEvent;
  "prompt.followed": PromptFollowedEvent;
  "prompt.recorded": Prompt;
  "receipt": ReceiptEvent;
  "receipt-contradicts": ReceiptContradictsEvent;
  "receipt-wrong-signature": ReceiptEvent;
  "refusal": RefusalEvent;
  "report": OfWarningEvent;
  "season.orders": SeasonOrdersEvent;
  "season.recorded": SeasonRecordedEvent;
  "stood-still": StoodStillEvent;
  "task.answered": TaskAnsweredEvent;
  "task.issued": TaskIssuedEvent;
  "verdict": VerdictEvent;
  "warning.archived": WarningEvent;
  "warning.asked": WarningAskedEvent;
  "warning.consulted": WarningEvent;
  "warning.evaluated": WarningEvent;
  "warning.evaluation_due": OfWarningEvent;
  "warning.extended": WarningEvent;
  "warning.in_force": WarningEvent;
  "warning.issued": WarningEvent;
  "warning.lapsed": WarningEvent;
  "warning.lifted": WarningEvent;
  "warning.lowered": WarningEvent;
  "warning.merged": WarningEvent;
  "warning.proposed": WarningEvent;
  "warning.raised": WarningEvent;
  "warning.rejected": WarningEvent;
  "warning.resumed": WarningEvent;
  "warning.signed": WarningEvent;
  "warning.suspended": WarningEvent;
  "warning.withdrawn": WarningEvent;
}

/** The data of a server-sent event. */
export type StreamedEvent = { [Kind in keyof EventData]:
  { number: number; at: string; kind: Kind; data: EventData[Kind] } }[keyof EventData];

/** Every operation by its id: how it is called and what it answers. */
export interface Operations {
  /** 接手：在规定时间内不再催办 / take it over: its ladder waits for a time */
  acknowledgeMatter: {
    method: 'POST';
    url: '/api/v1/duty/matters/{number}/acknowledge';
    path: { number: string };
    query: {};
    body: { note?: string };
    answer: Matter;
  };
  /** 上传照片或书面材料 / hand in a photo or a paper */
  addCaseFile: {
    method: 'POST';
    url: '/api/v1/cases/{id}/files';
    path: { id: string };
    query: {};
    body: { name: string; base64: string; sha256?: string; taken_at?: string; longitude?: number; latitude?: number; datum?: string };
    answer: CaseFile;
  };
  /** 登记企业签收密钥 / register a key */
  addEnterpriseKey: {
    method: 'POST';
    url: '/api/v1/enterprises/{enterprise}/keys';
    path: { enterprise: string };
    query: {};
    body: { key: string; reason: string };
    answer: EnterpriseKey;
  };
  /** 上传陈述申辩或整改材料 / hand in a paper or photo for a case */
  addOwnCaseFile: {
    method: 'POST';
    url: '/api/v1/own/cases/{id}/files';
    path: { id: string };
    query: {};
    body: { name: string; base64: string; sha256?: string; taken_at?: string; longitude?: number; latitude?: number; datum?: string };
    answer: CaseFile;
  };
  /** 上传执行照片，随后在上报中引用 / hand in a photo, to be named in a report */
  addOwnPhoto: {
    method: 'POST';
    url: '/api/v1/own/photos';
    path: {};
    query: { exercise?: boolean; revision: number };
    body: { name: string; base64: string; sha256?: string; taken_at?: string; longitude?: number; latitude?: number; datum?: string };
    answer: OrderPhoto;
  };
  /** 上报执行情况 / report how an order is carried out */
  addOwnReport: {
    method: 'POST';
    url: '/api/v1/own/reports';
    path: {};
    query: {};
    body: { exercise?: boolean; revision: number; line?: string; by: string; note?: string; photos?: number[] };
    answer: OrderReport;
  };
  /** 自某时起启用本地措施目录 / put a catalogue of measures in force from a time */
  adoptCatalogue: {
    method: 'POST';
    url: '/api/v1/catalogues';
    path: {};
    query: {};
    body: { catalogue?: string; as_shipped?: boolean; file?: string; from?: string; reason?: string; only_try?: boolean };
    answer: AdoptedCatalogue;
  };
  /** 自某时起启用规则包 / put a pack in force from a time */
  adoptPack: {
    method: 'POST';
    url: '/api/v1/packs';
    path: {};
    query: {};
    body: { pack?: string; built_in?: string; file?: string; packs?: { [name: string]: unknown }; standards?: { [name: string]: unknown }; from?: string; reason?: string; trial?: { [name: string]: unknown }; only_try?: boolean };
    answer: Pack;
  };
  /** 变更指令：下达减轻的新版 / amend the order: a new revision asks for less */
  amendRefusedOrder: {
    method: 'POST';
    url: '/api/v1/orders/{enterprise}/refusal/amend';
    path: { enterprise: string };
    query: {};
    body: { reason?: string; revision?: number; changes?: ObligationChange[] };
    answer: RefusalAnswered;
  };
  /** 答复任务：收到、执行、完成、有困难，可附文件 / answer a task, with a file where wanted */
  answerTask: {
    method: 'POST';
    url: '/api/v1/tasks/{number}/answers';
    path: { number: string };
    query: {};
    body: { revision: number; state: string; by: string; note?: string; file?: { name: string; base64: string } };
    answer: TaskAnswered;
  };
  /** 归档 / archive a warning */
  archiveWarning: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/archive';
    path: { id: string };
    query: {};
    body: { generation?: number; reason?: string; clause?: string };
    answer: Warning;
  };
  /** 更改在界面上建立的账号：姓名、角色、县区、期限、停用；未写的保持不变；不能更改自己的 / change one that was made on a screen; what is not named stays as it is; nobody changes their own */
  changeAccount: {
    method: 'POST';
    url: '/api/v1/accounts/kept/{id}';
    path: { id: string };
    query: {};
    body: { name: string; roles: string[]; positions?: string[]; region?: string; expires?: string; disabled?: boolean };
    answer: KeptAccount;
  };
  /** 清单印发后变更绩效分级 / change grades beside the edition */
  changeGrades: {
    method: 'POST';
    url: '/api/v1/grades';
    path: {};
    query: {};
    body: { csv?: string; file?: string; paper?: string; decided_by?: string; only_try?: boolean };
    answer: GradePaper;
  };
  /** 更改本人口令；其他会话随即结束 / change one's own password; other sessions end */
  changePassword: {
    method: 'POST';
    url: '/api/v1/session/password';
    path: {};
    query: {};
    body: { password: string; new_password: string; code?: string };
    answer: { sessions_ended: number };
  };
  /** 核对审计链 / check the chain of hashes */
  checkAudit: {
    method: 'GET';
    url: '/api/v1/audit/check';
    path: {};
    query: {};
    body: undefined;
    answer: AuditCheck;
  };
  /** 按所存链头核对审计链 / check the log against heads you have kept */
  checkAuditAgainstHeads: {
    method: 'POST';
    url: '/api/v1/audit/check';
    path: {};
    query: {};
    body: { heads?: ({ [name: string]: unknown })[] };
    answer: AuditCheck;
  };
  /** 销号 / close a case that has come to its end */
  closeCase: {
    method: 'POST';
    url: '/api/v1/cases/{id}/close';
    path: { id: string };
    query: {};
    body: { note?: string };
    answer: Case;
  };
  /** 退出；all=true 退出本人所有会话 / log out; all=true ends all sessions of one's own */
  closeSession: {
    method: 'DELETE';
    url: '/api/v1/session';
    path: {};
    query: { all?: boolean };
    body: undefined;
    answer: { ended: number };
  };
  /** 登记双随机抽取：先公布种子的哈希和名单 / commit to a draw: the seed's hash and the lists are published first */
  commitDraw: {
    method: 'POST';
    url: '/api/v1/draws';
    path: {};
    query: {};
    body: { purpose: string; inspectors: string[]; sites: string[]; sites_wanted: number; inspectors_per_site: number; avoid?: ({ inspector: string; site: string })[]; seed_sha256?: string; public_source?: string };
    answer: Draw;
  };
  /** 两个清单版本的差异 / what changed between two editions */
  compareInventories: {
    method: 'GET';
    url: '/api/v1/inventories/compare';
    path: {};
    query: { before?: string; after?: string };
    body: undefined;
    answer: { [name: string]: unknown };
  };
  /** 现场核查后作出结论 / conclude after the site check */
  concludeCase: {
    method: 'POST';
    url: '/api/v1/cases/{id}/conclusion';
    path: { id: string };
    query: {};
    body: { conclusion?: string; files?: number[]; note?: string };
    answer: Case;
  };
  /** 第二人确认目录 / a second person confirms a catalogue */
  confirmCatalogue: {
    method: 'POST';
    url: '/api/v1/catalogues/{number}/confirm';
    path: { number: string };
    query: {};
    body: undefined;
    answer: OwnRulesStep;
  };
  /** 第二人确认分级变更 / a second person confirms changed grades */
  confirmGrades: {
    method: 'POST';
    url: '/api/v1/grades/{number}/confirm';
    path: { number: string };
    query: {};
    body: undefined;
    answer: OwnRulesStep;
  };
  /** 第二人确认改变审批程序的规则包 / a second person confirms a pack that changes approvals */
  confirmPack: {
    method: 'POST';
    url: '/api/v1/packs/{number}/confirm';
    path: { number: string };
    query: {};
    body: undefined;
    answer: PackConfirmed;
  };
  /** 认可拒绝：所拒绝的措施不再要求 / confirm a refusal: what was refused is not asked any more */
  confirmRefusal: {
    method: 'POST';
    url: '/api/v1/orders/{enterprise}/refusal/confirm';
    path: { enterprise: string };
    query: {};
    body: { reason?: string; revision?: number };
    answer: RefusalAnswered;
  };
  /** 对陈述申辩作出复核决定，可改变结论 / decide on a statement; it may change the conclusion */
  decideStatement: {
    method: 'POST';
    url: '/api/v1/cases/{id}/decision';
    path: { id: string };
    query: {};
    body: { conclusion: string; files?: number[]; note: string };
    answer: Case;
  };
  /** 试签：如果现在签发，将发出的通知、CAP、指令数，以及尚待填写之处；不存储 / what the last signature would send out now: notice, CAP, number of orders, places still to be filled in; nothing is stored */
  draftNotice: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/draft';
    path: { id: string };
    query: { reason?: string; clause?: string };
    body: undefined;
    answer: NoticeDraft;
  };
  /** 停用动态验证码；要求二次验证时不可 / drop the second factor; not where one is required */
  dropSecondFactor: {
    method: 'POST';
    url: '/api/v1/accounts/{id}/disable-totp';
    path: { id: string };
    query: {};
    body: undefined;
    answer: { id: string; had_one: boolean };
  };
  /** 撤销自建令牌 / end a token of mine */
  endOwnToken: {
    method: 'DELETE';
    url: '/api/v1/tokens/{token}';
    path: { token: string };
    query: {};
    body: undefined;
    answer: { id: string };
  };
  /** 结束该账号的所有会话和自建令牌；enterprise:编号 为该企业页面的会话和未用的链接 / end all sessions and own tokens of the account; of enterprise:ID the sessions of that enterprise's page and the links that nobody has used */
  endSessions: {
    method: 'POST';
    url: '/api/v1/accounts/{id}/end-sessions';
    path: { id: string };
    query: {};
    body: undefined;
    answer: { id: string; ended: number };
  };
  /** 升级到所选步骤，立即采取 / escalate it to a chosen step, which is taken at once */
  escalateMatter: {
    method: 'POST';
    url: '/api/v1/duty/matters/{number}/escalate';
    path: { number: string };
    query: {};
    body: { step: number; note?: string };
    answer: Matter;
  };
  /** 预警始末，并由存档输入重新计算核对 / the history of a warning, computed again from the inputs that were kept */
  explainWarning: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/explain';
    path: { id: string };
    query: {};
    body: undefined;
    answer: Explanation;
  };
  /** 导出审计日志证据包 / the audit log as an evidence package */
  exportAudit: {
    method: 'GET';
    url: '/api/v1/audit/export';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 一条判定的证据包，可离线自证的网页 / the evidence of one verdict: a page that checks itself without network */
  exportVerdictEvidence: {
    method: 'GET';
    url: '/api/v1/verdicts/{id}/evidence';
    path: { id: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 交班：汇总上次交班以来的情况并签字 / hand over: compose and sign what happened since the last one */
  giveHandover: {
    method: 'POST';
    url: '/api/v1/duty/handovers';
    path: {};
    query: {};
    body: { to: string; note?: string };
    answer: Handover;
  };
  /** 提交本局的县区边界（GeoJSON），核对后即用 / give the bureau's outlines (GeoJSON); checked, then in use */
  giveOutlines: {
    method: 'POST';
    url: '/api/v1/map/outlines';
    path: {};
    query: {};
    body: { name: string; source: string; geojson: string };
    answer: Outlines;
  };
  /** 签收、上报执行、拒绝本企业的指令 / sign, report on or refuse one's own order */
  giveOwnReceipt: {
    method: 'POST';
    url: '/api/v1/own/receipts';
    path: {};
    query: {};
    body: { exercise?: boolean; revision: number; state: string; by: string; note?: string };
    answer: OwnReceiptTaken;
  };
  /** 坚持指令：同一版重新下达 / insist on the order: the same revision goes out again */
  insistOnOrder: {
    method: 'POST';
    url: '/api/v1/orders/{enterprise}/refusal/insist';
    path: { enterprise: string };
    query: {};
    body: { reason?: string; revision?: number };
    answer: RefusalAnswered;
  };
  /** 生成一次性链接，由本人设置口令和验证器 / make a one-time link by which the person sets password and authenticator */
  inviteAccount: {
    method: 'POST';
    url: '/api/v1/accounts/{id}/invite';
    path: { id: string };
    query: {};
    body: undefined;
    answer: LinkMade;
  };
  /** 确认列映射 / confirm the column map of the bureau's own sheets; it is kept */
  keepColumnMap: {
    method: 'POST';
    url: '/api/v1/inventories/map';
    path: {};
    query: {};
    body: { map?: string };
    answer: ColumnMapKept;
  };
  /** 判定迟到读数，重新编制报告并存档 / judge late readings, make the report anew and keep it */
  keepReport: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/report';
    path: { id: string };
    query: { format?: string };
    body: undefined;
    answer: string | { [name: string]: unknown };
  };
  /** 账号的登录方式：口令、验证器、会话、锁定 / how accounts log in: password, authenticator, sessions, pauses */
  listAccounts: {
    method: 'GET';
    url: '/api/v1/accounts';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: AccountLogin[] };
  };
  /** 审计日志 / audit log, newest first */
  listAudit: {
    method: 'GET';
    url: '/api/v1/audit';
    path: {};
    query: { subject?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: AuditEntry[] };
  };
  /** 审计日志签名链头，新的在前 / signed heads of the audit log, newest first */
  listAuditHeads: {
    method: 'GET';
    url: '/api/v1/audit/heads';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: AuditHead[] };
  };
  /** 线索，新的在前 / cases, newest first */
  listCases: {
    method: 'GET';
    url: '/api/v1/cases';
    path: {};
    query: { state?: string; kind?: string; enterprise?: string; warning?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Case[] };
  };
  /** 启用过的本地措施目录 / catalogues of measures put in force */
  listCatalogues: {
    method: 'GET';
    url: '/api/v1/catalogues';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: AdoptedCatalogue[] };
  };
  /** 成因认定，最近的在前，含已撤销的 / causes that people stated, the last first, also those withdrawn */
  listCauses: {
    method: 'GET';
    url: '/api/v1/causes';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: Cause[] };
  };
  /** 会商记录 / records of consultations */
  listConsultations: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/consultations';
    path: { id: string };
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: Consultation[] };
  };
  /** 临时管控，最近提出的在前 / temporary controls, the last proposed first */
  listControls: {
    method: 'GET';
    url: '/api/v1/controls';
    path: {};
    query: { page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Control[] };
  };
  /** 全覆盖核查：在用清单、电表、排口的缺口 / gaps of the inventory in use, its meters, outlets and series, by name */
  listCoverageGaps: {
    method: 'GET';
    url: '/api/v1/coverage';
    path: {};
    query: { kind?: string; page?: number; per_page?: number };
    body: undefined;
    answer: Page & CoverageGaps;
  };
  /** 双随机抽取，新的在前 / random draws, newest first */
  listDraws: {
    method: 'GET';
    url: '/api/v1/draws';
    path: {};
    query: { page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Draw[] };
  };
  /** 企业签收密钥 / keys with which an enterprise signs its receipts, newest first */
  listEnterpriseKeys: {
    method: 'GET';
    url: '/api/v1/enterprises/{enterprise}/keys';
    path: { enterprise: string };
    query: {};
    body: undefined;
    answer: { items: EnterpriseKey[] };
  };
  /** 清单企业及在线状态 / enterprises and who is online */
  listEnterprises: {
    method: 'GET';
    url: '/api/v1/enterprises';
    path: {};
    query: { region?: string; industry?: string; page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: Enterprise[] };
  };
  /** 收到的文书及验签结论，新的在前 / documents that came, with their verdict, newest first */
  listFederationDocuments: {
    method: 'GET';
    url: '/api/v1/federation/documents';
    path: {};
    query: { number?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: FederationReceived[] };
  };
  /** 发出的文书及对方回执，新的在前 / documents for peers, with their receipts, newest first */
  listFederationSendings: {
    method: 'GET';
    url: '/api/v1/federation/sendings';
    path: {};
    query: { number?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: FederationSending[] };
  };
  /** 上级规定的最低级别（未到期） / minimum levels ordered from above that still hold */
  listFloors: {
    method: 'GET';
    url: '/api/v1/floors';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: Floor[] };
  };
  /** 定时抓取的状态 / how each scheduled pull stands */
  listForecastPulls: {
    method: 'GET';
    url: '/api/v1/forecasts/pulls';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: Pull[] };
  };
  /** 已收预报 / forecasts taken in, newest first */
  listForecasts: {
    method: 'GET';
    url: '/api/v1/forecasts';
    path: {};
    query: { source?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: ForecastRevision[] };
  };
  /** 绩效分级变更文件 / papers that changed grades */
  listGradePapers: {
    method: 'GET';
    url: '/api/v1/grades';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: GradePaper[] };
  };
  /** 交接班记录，新的在前，不含内容 / hand-overs, newest first, without their content */
  listHandovers: {
    method: 'GET';
    url: '/api/v1/duty/handovers';
    path: {};
    query: { page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Handover[] };
  };
  /** 清单版本 / inventory editions, newest first */
  listInventories: {
    method: 'GET';
    url: '/api/v1/inventories';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: Inventory[] };
  };
  /** 在界面上建立的账号 / accounts that were made on a screen */
  listKeptAccounts: {
    method: 'GET';
    url: '/api/v1/accounts/kept';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: KeptAccount[] };
  };
  /** 签名公钥及其沿革，新的在前 / public keys and how each followed, newest first */
  listKeys: {
    method: 'GET';
    url: '/api/v1/keys';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: PublicKey[] };
  };
  /** 待办事项，新的在前 / what waits for a person, newest first */
  listMatters: {
    method: 'GET';
    url: '/api/v1/duty/matters';
    path: {};
    query: { state?: string; kind?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Matter[] };
  };
  /** 守夜包，新的在前 / pages for a night without network, newest first */
  listNightPages: {
    method: 'GET';
    url: '/api/v1/night-pages';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: NightPage[]; folder: string; kept_most: number };
  };
  /** 已发布的消息 / published messages */
  listNotices: {
    method: 'GET';
    url: '/api/v1/notices';
    path: {};
    query: { warning?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Notice[] };
  };
  /** 监测小时值 / observed hours, oldest first */
  listObservations: {
    method: 'GET';
    url: '/api/v1/observations';
    path: {};
    query: { region?: string; from?: string; to?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Observation[] };
  };
  /** 企业的执行上报 / an enterprise's reports of how its orders are carried out */
  listOrderReports: {
    method: 'GET';
    url: '/api/v1/orders/{enterprise}/reports';
    path: { enterprise: string };
    query: { page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: OrderReport[] };
  };
  /** 各企业现行指令 / the orders in force */
  listOrders: {
    method: 'GET';
    url: '/api/v1/orders';
    path: {};
    query: { warning?: string; receipt_state?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Order[] };
  };
  /** 本企业的线索：现场核查之后的，以及数据质量的 / cases of one's own: those after a site check, and those about data */
  listOwnCases: {
    method: 'GET';
    url: '/api/v1/own/cases';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: OwnCase[] };
  };
  /** 本企业的回执 / one's own receipts, newest first */
  listOwnReceipts: {
    method: 'GET';
    url: '/api/v1/own/receipts';
    path: {};
    query: { exercise?: boolean; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: OwnReceipt[] };
  };
  /** 本企业的执行上报 / one's own reports, newest first */
  listOwnReports: {
    method: 'GET';
    url: '/api/v1/own/reports';
    path: {};
    query: { page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: OrderReport[] };
  };
  /** 本人自建的令牌 / tokens that I made */
  listOwnTokens: {
    method: 'GET';
    url: '/api/v1/tokens';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: OwnToken[] };
  };
  /** 启用过的规则包 / packs put in force */
  listPacks: {
    method: 'GET';
    url: '/api/v1/packs';
    path: {};
    query: { page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Pack[] };
  };
  /** 回放：某一时刻各企业的指令与回执状态，按企业排列 / replay: the order of each enterprise and its state as of an instant, in order of enterprise */
  listPastOrders: {
    method: 'GET';
    url: '/api/v1/past/orders';
    path: {};
    query: { at?: string; after?: string };
    body: undefined;
    answer: PastOrders;
  };
  /** 账号：角色、有效期、最近使用 / accounts: roles, expiry, last use */
  listPeople: {
    method: 'GET';
    url: '/api/v1/people';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: Account[] };
  };
  /** 电话催办名单 / who must be telephoned */
  listPhoneCalls: {
    method: 'GET';
    url: '/api/v1/phone-list';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: PhoneEntry[] };
  };
  /** 响应方案的各代次 / the response plans, each generation */
  listPlans: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/plans';
    path: { id: string };
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: Plan[] };
  };
  /** 不可骤停工序的预提示 / who must begin to come down before a likely level */
  listPreNotices: {
    method: 'GET';
    url: '/api/v1/pre-notices';
    path: {};
    query: { level?: string; from?: string; page?: number; per_page?: number };
    body: undefined;
    answer: PreNotices;
  };
  /** 区域预警提示及各市县落实情况 / regional prompts, and who has followed */
  listPrompts: {
    method: 'GET';
    url: '/api/v1/prompts';
    path: {};
    query: { page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Prompt[] };
  };
  /** 用电读数 / power readings, oldest first */
  listReadings: {
    method: 'GET';
    url: '/api/v1/readings';
    path: {};
    query: { meter?: string; from?: string; to?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Reading[] };
  };
  /** 回执 / receipts, newest first */
  listReceipts: {
    method: 'GET';
    url: '/api/v1/receipts';
    path: {};
    query: { enterprise?: string; warning?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Receipt[] };
  };
  /** 拒绝及其答复 / refusals and their answers, newest first */
  listRefusals: {
    method: 'GET';
    url: '/api/v1/refusals';
    path: {};
    query: { standing?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Refusal[] };
  };
  /** 拒收的消息 / rejected messages, newest first */
  listRejected: {
    method: 'GET';
    url: '/api/v1/rejected';
    path: {};
    query: { page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Rejected[] };
  };
  /** 本地区及各县区、乡镇本季重污染天、优良天、细颗粒物均值（含沙尘与扣除沙尘）、目标余量，县区、乡镇排名 / heavy and good days, mean of PM2.5 with dust and without, what is left of the targets, of the region, then by county and township with their ranks */
  listSeasonAccounts: {
    method: 'GET';
    url: '/api/v1/targets/season';
    path: {};
    query: { from?: string; as_of?: string; page?: number; per_page?: number };
    body: undefined;
    answer: SeasonAccounts;
  };
  /** 错峰生产台账：应停、已停、补停、无法判断、尚欠 / the ledger of missed days */
  listSeasonDebts: {
    method: 'GET';
    url: '/api/v1/season/debts';
    path: {};
    query: { as_of?: string; window?: string; enterprise?: string; page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: SeasonDebt[] };
  };
  /** 季节性调控、错峰生产时段及覆盖情况 / windows of the season and whom they cover */
  listSeasonWindows: {
    method: 'GET';
    url: '/api/v1/season';
    path: {};
    query: { day?: string; page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: SeasonWindow[] };
  };
  /** 现行指令在各通道的发送 / the order in force on channels beside the broker */
  listSendings: {
    method: 'GET';
    url: '/api/v1/orders/{enterprise}/sendings';
    path: { enterprise: string };
    query: {};
    body: undefined;
    answer: Sendings;
  };
  /** 断线电表 / meters of which nothing has come */
  listSilentMeters: {
    method: 'GET';
    url: '/api/v1/meters/silent';
    path: {};
    query: { page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: SilentMeter[] };
  };
  /** 县区目标及进度 / county targets, how far each has come, and on what that rests */
  listTargets: {
    method: 'GET';
    url: '/api/v1/targets';
    path: {};
    query: { as_of?: string; page?: number; per_page?: number };
    body: undefined;
    answer: Targets;
  };
  /** 任务，新的在前；责任对象账号只见自己的 / tasks, newest first; an addressee sees its own alone */
  listTasks: {
    method: 'GET';
    url: '/api/v1/tasks';
    path: {};
    query: { state?: string; addressee?: string; about?: string; subject?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Task[] };
  };
  /** 判定，每个时段的最新一版 / verdicts, the latest version of each window */
  listVerdicts: {
    method: 'GET';
    url: '/api/v1/verdicts';
    path: {};
    query: { warning?: string; enterprise?: string; obligation?: string; compliance?: string; versions?: string; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Verdict[] };
  };
  /** 预警和演练，新的在前 / warnings and drills, newest first */
  listWarnings: {
    method: 'GET';
    url: '/api/v1/warnings';
    path: {};
    query: { standing?: string; exercise?: boolean; page?: number; per_page?: number; cursor?: string };
    body: undefined;
    answer: CursorPage & { items: Warning[] };
  };
  /** 查看一次性链接：属于谁、验证器密钥 / look at a one-time link: whose it is, the secret for an authenticator */
  lookAtLink: {
    method: 'POST';
    url: '/api/v1/links/look';
    path: {};
    query: {};
    body: { link: string };
    answer: LinkShown;
  };
  /** 建立账号；口令由本人凭一次性链接设置 / make an account; its person sets the password by a one-time link */
  makeAccount: {
    method: 'POST';
    url: '/api/v1/accounts/kept';
    path: {};
    query: {};
    body: { id: string; name: string; roles: string[]; positions?: string[]; region?: string; expires?: string; disabled?: boolean };
    answer: KeptAccount;
  };
  /** 生成免口令的一次性登录链接，须在配置中允许（演示用） / make a one-time link that logs in without a password, where the settings allow it (for demos) */
  makeLoginLink: {
    method: 'POST';
    url: '/api/v1/accounts/{id}/login-link';
    path: { id: string };
    query: {};
    body: undefined;
    answer: LinkMade;
  };
  /** 立即生成守夜包 / make a page at once */
  makeNightPage: {
    method: 'POST';
    url: '/api/v1/night-pages';
    path: {};
    query: {};
    body: undefined;
    answer: NightPage;
  };
  /** 自建令牌，供本人的程序使用；只显示一次 / make a token for a program of mine; shown once */
  makeOwnToken: {
    method: 'POST';
    url: '/api/v1/tokens';
    path: {};
    query: {};
    body: { name: string; roles?: string[]; reads_only?: boolean; ends_at: string };
    answer: OwnToken & { token: string };
  };
  /** 生成企业页面的一次性链接，发给企业 / make a one-time link to an enterprise's page, to be handed to it */
  makePageLink: {
    method: 'POST';
    url: '/api/v1/enterprises/{enterprise}/page-link';
    path: { enterprise: string };
    query: {};
    body: undefined;
    answer: PageLinkMade;
  };
  /** 推进受控时间（回放、演练） / move driven time on */
  moveClock: {
    method: 'POST';
    url: '/api/v1/clock';
    path: {};
    query: {};
    body: { now?: string };
    answer: Clock;
  };
  /** 以账号、口令和动态验证码登录 / log in with account, password and one-time code */
  openSession: {
    method: 'POST';
    url: '/api/v1/session';
    path: {};
    query: {};
    body: { id: string; password: string; code?: string };
    answer: Session;
  };
  /** 责令整改 / order to put it right */
  orderRectification: {
    method: 'POST';
    url: '/api/v1/cases/{id}/rectification';
    path: { id: string };
    query: {};
    body: { due: string; files?: number[]; note: string };
    answer: Case;
  };
  /** 更正登记的回执状态，须写明理由 / overrule the state on record, with a reason */
  overruleReceipt: {
    method: 'POST';
    url: '/api/v1/orders/{enterprise}/overrule';
    path: { enterprise: string };
    query: {};
    body: { state?: string; seen?: string; reason?: string };
    answer: ReceiptTaken;
  };
  /** 预览某级别的响应方案：义务、减排比例、与现行方案的差别 / preview the response plan of a level: obligations, reductions, what differs from the plan in force */
  previewPlan: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/preview';
    path: { id: string };
    query: {};
    body: { colour?: string; from?: string };
    answer: PlanPreview;
  };
  /** 某一级别下各责任对象的任务及依据，不下达 / what each would be asked at a level, and why; nothing is sent */
  previewTasks: {
    method: 'GET';
    url: '/api/v1/addressees/tasks';
    path: {};
    query: { level?: string; page?: number; per_page?: number };
    body: undefined;
    answer: Page & { items: DraftedTask[] };
  };
  /** 提出变更（升降级、延长、解除等） / propose a change: raise, lower, extend, lift and so on */
  proposeChange: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/changes';
    path: { id: string };
    query: {};
    body: { colour?: string; from?: string; expected_to?: string; mandatory?: boolean; ordered_by?: string; lapses_at?: string; reason?: string; clause?: string; generation?: number; kind?: string };
    answer: Warning;
  };
  /** 提出临时管控；由另一名签发人签发后下达 / propose a temporary control; orders go out once another person has signed it */
  proposeControl: {
    method: 'POST';
    url: '/api/v1/controls';
    path: {};
    query: {};
    body: { from?: string; to?: string; trades?: string[]; enterprises?: string[]; regions?: string[]; grades?: string[]; except_grades?: string[]; except_classes?: string[]; measure?: { [name: string]: unknown }; document?: string; reason?: string };
    answer: Control;
  };
  /** 提出启动预警（或演练） / propose a warning, or a drill */
  proposeWarning: {
    method: 'POST';
    url: '/api/v1/warnings';
    path: {};
    query: {};
    body: { colour?: string; from?: string; expected_to?: string; mandatory?: boolean; ordered_by?: string; lapses_at?: string; reason?: string; clause?: string; exercise?: boolean; participants?: string[] };
    answer: Warning;
  };
  /** 上级或下级发来的签名文书，答以签名回执；凭签名，不凭账号 / a signed document of another tier, answered by a signed receipt; the signature admits it, no account */
  receiveFederationDocument: {
    method: 'POST';
    url: '/api/v1/federation/documents';
    path: {};
    query: {};
    body: string | { [name: string]: unknown };
    answer: FederationReceipt;
  };
  /** 整改复查 / check again */
  recheckCase: {
    method: 'POST';
    url: '/api/v1/cases/{id}/recheck';
    path: { id: string };
    query: {};
    body: { passed: boolean; at: string; persons: string[]; checklist: { [name: string]: unknown }; files?: number[]; note?: string; due?: string };
    answer: Case;
  };
  /** 报送责任对象名单，取代原名单；有误则整份不受理 / hand in a list, in the place of the one before; with any fault it is refused whole */
  recordAddressees: {
    method: 'POST';
    url: '/api/v1/addressees';
    path: {};
    query: {};
    body: { toml?: string; csv?: string };
    answer: AddresseesRecorded;
  };
  /** 记录会商：参加人、订正值及理由、对建议的修改 / record a consultation: who took part, corrections with reasons, amendments */
  recordConsultation: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/consult';
    path: { id: string };
    query: {};
    body: { participants?: ({ [name: string]: unknown })[]; summary?: string; corrections?: ({ [name: string]: unknown })[]; causes?: ({ [name: string]: unknown })[]; withdrawn_causes?: ({ [name: string]: unknown })[]; colour?: string; from?: string; expected_to?: string; generation?: number; reason?: string };
    answer: Consulted;
  };
  /** 评估完成（理由写评估结论或报告编号） / the evaluation is done; the reason says what it found, or the report's number */
  recordEvaluation: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/evaluate';
    path: { id: string };
    query: {};
    body: { generation?: number; reason?: string; clause?: string };
    answer: Warning;
  };
  /** 登记上级规定的最低级别 / record a minimum level ordered from above */
  recordFloor: {
    method: 'POST';
    url: '/api/v1/floors';
    path: {};
    query: {};
    body: { document?: string; clause?: string; colour?: string; from?: string; to?: string };
    answer: Floor;
  };
  /** 登记某市县的落实情况 / record how a city or county has followed */
  recordFollowUp: {
    method: 'POST';
    url: '/api/v1/prompts/{number}/follow';
    path: { number: string };
    query: {};
    body: { region?: string; state?: string; note?: string };
    answer: Prompt;
  };
  /** 登记区域预警提示 / record a regional prompt */
  recordPrompt: {
    method: 'POST';
    url: '/api/v1/prompts';
    path: {};
    query: {};
    body: { number?: string; zone?: string; colour?: string; from?: string; to?: string; deadline?: string; asks?: string; note?: string };
    answer: Prompt;
  };
  /** 记录电话回执 / record what was said on the telephone */
  recordReceipt: {
    method: 'POST';
    url: '/api/v1/orders/{enterprise}/receipts';
    path: { enterprise: string };
    query: {};
    body: { state?: string; by?: string; note?: string; corrects?: string; at?: string; revision?: number };
    answer: ReceiptTaken;
  };
  /** 报送值班表，取代原值班表；有误则整份不受理 / hand in a roster, in the place of the one before; with any fault it is refused whole */
  recordRoster: {
    method: 'POST';
    url: '/api/v1/duty/roster';
    path: {};
    query: {};
    body: { toml?: string; csv?: string };
    answer: RosterRecorded;
  };
  /** 登记某日停产、生产或补停 / enter that a line stood, ran or made up a day */
  recordSeasonDays: {
    method: 'POST';
    url: '/api/v1/season/records';
    path: {};
    query: {};
    body: { records?: ({ [name: string]: unknown })[] };
    answer: SeasonRecorded;
  };
  /** 记录现场核查 / record the site check */
  recordSiteCheck: {
    method: 'POST';
    url: '/api/v1/cases/{id}/check';
    path: { id: string };
    query: {};
    body: { at: string; persons: string[]; checklist: { [name: string]: unknown }; files?: number[]; note?: string };
    answer: Case;
  };
  /** 记录企业的陈述申辩，附书面材料 / record the enterprise's statement with its paper */
  recordStatement: {
    method: 'POST';
    url: '/api/v1/cases/{id}/statement';
    path: { id: string };
    query: {};
    body: { by?: string; files?: number[]; note?: string };
    answer: Case;
  };
  /** 否决待办的变更 / reject the change that waits */
  rejectChange: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/reject';
    path: { id: string };
    query: {};
    body: { generation?: number; reason?: string; clause?: string };
    answer: Warning;
  };
  /** 连同迟到读数重新判定一个预警的全部时段 / judge every window of a warning again, with late readings */
  rejudgeWarning: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/rejudge';
    path: { id: string };
    query: {};
    body: undefined;
    answer: Rejudged;
  };
  /** 报告整改完成 / say that things are put right */
  reportOwnRectified: {
    method: 'POST';
    url: '/api/v1/own/cases/{id}/rectified';
    path: { id: string };
    query: {};
    body: { note: string; files?: number[] };
    answer: OwnCase;
  };
  /** 记录企业报告整改完成 / record that the enterprise reports it done */
  reportRectified: {
    method: 'POST';
    url: '/api/v1/cases/{id}/rectified';
    path: { id: string };
    query: {};
    body: { files?: number[]; note: string };
    answer: Case;
  };
  /** 作废口令、验证器、会话和自建令牌，并生成一次性链接 / drop password, authenticator, sessions and own tokens, and make a one-time link */
  resetAccount: {
    method: 'POST';
    url: '/api/v1/accounts/{id}/reset';
    path: { id: string };
    query: {};
    body: undefined;
    answer: LinkMade;
  };
  /** 公布种子并抽取 / publish the seed and draw */
  revealDraw: {
    method: 'POST';
    url: '/api/v1/draws/{id}/reveal';
    path: { id: string };
    query: {};
    body: { seed?: string; public_value?: string };
    answer: Draw;
  };
  /** 撤销企业签收密钥 / revoke a key */
  revokeEnterpriseKey: {
    method: 'POST';
    url: '/api/v1/enterprises/{enterprise}/keys/revoke';
    path: { enterprise: string };
    query: {};
    body: { key: string; reason: string };
    answer: EnterpriseKey;
  };
  /** 派员现场核查 / send inspectors */
  sendInspector: {
    method: 'POST';
    url: '/api/v1/cases/{id}/site-check';
    path: { id: string };
    query: {};
    body: { inspectors?: string[]; due?: string; note?: string };
    answer: Case;
  };
  /** 在一个通道上再发一次 / send the order once more on one channel */
  sendOrderAgain: {
    method: 'POST';
    url: '/api/v1/orders/{enterprise}/sendings/{channel}';
    path: { enterprise: string; channel: string };
    query: {};
    body: { reason?: string; force?: boolean };
    answer: Sending;
  };
  /** 向不可间断企业发送预提示；不是指令 / tell plants that cannot stop at once that a level is likely; it orders nothing */
  sendPreNotices: {
    method: 'POST';
    url: '/api/v1/addressees/pre-notices';
    path: {};
    query: {};
    body: { level: string; from: string };
    answer: PreNoticesSent;
  };
  /** 设定县区目标，上传排放量和用电量 / set county targets, give emission and electricity */
  setTargets: {
    method: 'POST';
    url: '/api/v1/targets';
    path: {};
    query: {};
    body: { targets?: string; values?: string };
    answer: TargetsSet;
  };
  /** 责任对象名单 / the list of addressees in force */
  showAddressees: {
    method: 'GET';
    url: '/api/v1/addressees';
    path: {};
    query: {};
    body: undefined;
    answer: AddresseeList;
  };
  /** 接口描述 / description of this API */
  showApi: {
    method: 'GET';
    url: '/api/v1/openapi.json';
    path: {};
    query: {};
    body: undefined;
    answer: { [name: string]: unknown };
  };
  /** 审计日志签名链头的 Atom 订阅 / signed heads of the audit log as an Atom feed */
  showAuditHeadsFeed: {
    method: 'GET';
    url: '/api/v1/audit/heads.atom';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 本人账号与角色 / whose token this is */
  showCaller: {
    method: 'GET';
    url: '/api/v1/me';
    path: {};
    query: {};
    body: undefined;
    answer: Person;
  };
  /** 一条 CAP 1.2 消息，{file} 为 标识.xml / one CAP 1.2 message; {file} is IDENTIFIER.xml */
  showCapMessage: {
    method: 'GET';
    url: '/cap/{file}';
    path: { file: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 一条线索及其全部步骤 / one case with all its steps */
  showCase: {
    method: 'GET';
    url: '/api/v1/cases/{id}';
    path: { id: string };
    query: {};
    body: undefined;
    answer: CaseStory;
  };
  /** 附件 / a file */
  showCaseFile: {
    method: 'GET';
    url: '/api/v1/cases/{id}/files/{file}';
    path: { id: string; file: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 一份目录的全文和试算；in-force 为现行者 / one catalogue with its trial, or in-force */
  showCatalogue: {
    method: 'GET';
    url: '/api/v1/catalogues/{number}';
    path: { number: string };
    query: {};
    body: undefined;
    answer: AdoptedCatalogue;
  };
  /** 系统时间 / the daemon's time */
  showClock: {
    method: 'GET';
    url: '/api/v1/clock';
    path: {};
    query: {};
    body: undefined;
    answer: Clock;
  };
  /** 已确认的列映射 / the column map that is kept */
  showColumnMap: {
    method: 'GET';
    url: '/api/v1/inventories/map';
    path: {};
    query: {};
    body: undefined;
    answer: ColumnMap;
  };
  /** 值班台页面，地址最短的一个 / the console of the officers, at its shortest address */
  showConsole: {
    method: 'GET';
    url: '/';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 应急响应日报 / the day's report */
  showDayReport: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/reports/day';
    path: { id: string };
    query: { at?: string; day?: string; format?: string };
    body: undefined;
    answer: string | { [name: string]: unknown };
  };
  /** 一次抽取的全部内容，任何人可复算 / all of one draw, which anybody can compute again */
  showDraw: {
    method: 'GET';
    url: '/api/v1/draws/{id}';
    path: { id: string };
    query: {};
    body: undefined;
    answer: Draw;
  };
  /** 演练消息的 Atom 订阅，须登录 / messages of drills as an Atom feed, for people who are logged in */
  showDrillFeed: {
    method: 'GET';
    url: '/api/v1/notices/drills.atom';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 某一时刻的在岗人员、值班空缺和待办事项数 / who is on duty at an instant, gaps of the roster, how much waits */
  showDuty: {
    method: 'GET';
    url: '/api/v1/duty';
    path: {};
    query: { at?: string };
    body: undefined;
    answer: Duty;
  };
  /** 一家企业 / one enterprise, lines and meters */
  showEnterprise: {
    method: 'GET';
    url: '/api/v1/enterprises/{id}';
    path: { id: string };
    query: {};
    body: undefined;
    answer: EnterpriseFacts;
  };
  /** 企业页面 / the page of an enterprise */
  showEnterprisePage: {
    method: 'GET';
    url: '/e/';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 企业页面的离线程序 / what keeps the page of an enterprise without signal */
  showEnterpriseWorker: {
    method: 'GET';
    url: '/e/worker.js';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 联动：对端、信任名单及须知 / peers, the trust list and what is wrong with it */
  showFederation: {
    method: 'GET';
    url: '/api/v1/federation';
    path: {};
    query: {};
    body: undefined;
    answer: Federation;
  };
  /** 一次预报 / one forecast, whole */
  showForecast: {
    method: 'GET';
    url: '/api/v1/forecasts/{number}';
    path: { number: string };
    query: {};
    body: undefined;
    answer: ForecastDocument;
  };
  /** 预报检验：各时效的偏差、命中、漏报、空报 / how good past forecasts were */
  showForecastSkill: {
    method: 'GET';
    url: '/api/v1/forecasts/skill';
    path: {};
    query: { days?: number; source?: string; above?: string };
    body: undefined;
    answer: Skill;
  };
  /** 一份变更文件；in-force 为现行清单之外有效的变更 / one paper, or in-force: what counts beside the edition */
  showGradePaper: {
    method: 'GET';
    url: '/api/v1/grades/{number}';
    path: { number: string };
    query: {};
    body: undefined;
    answer: GradePaper;
  };
  /** 一份交接班记录；format=html 为可打印的页面，lang=en 为英文 / one hand-over; format=html: a page to print, lang=en: in English */
  showHandover: {
    method: 'GET';
    url: '/api/v1/duty/handovers/{number}';
    path: { number: string };
    query: { format?: string; lang?: string };
    body: undefined;
    answer: string | Handover;
  };
  /** 进程是否存活 / is the process alive */
  showHealth: {
    method: 'GET';
    url: '/healthz';
    path: {};
    query: {};
    body: undefined;
    answer: Health;
  };
  /** 值班台图标 / the icon of the console */
  showIcon: {
    method: 'GET';
    url: '/favicon.ico';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 执法人员页面 / the page of an inspector */
  showInspectorPage: {
    method: 'GET';
    url: '/i/';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 执法页面的离线程序 / what keeps the page of an inspector without signal */
  showInspectorWorker: {
    method: 'GET';
    url: '/i/worker.js';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 一个待办事项及其阶梯 / one matter with its ladder */
  showMatter: {
    method: 'GET';
    url: '/api/v1/duty/matters/{number}';
    path: { number: string };
    query: {};
    body: undefined;
    answer: Matter;
  };
  /** 一块电表的功率曲线及其基线、上限 / power of one meter with its baseline and cap */
  showMeterSeries: {
    method: 'GET';
    url: '/api/v1/meters/{meter}/series';
    path: { meter: string };
    query: { from?: string; to?: string };
    body: undefined;
    answer: Series;
  };
  /** 运行计数（Prometheus） / counters for Prometheus */
  showMetrics: {
    method: 'GET';
    url: '/metrics';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 一份守夜包：可离线打开的网页 / one page: HTML that works from a disk */
  showNightPage: {
    method: 'GET';
    url: '/api/v1/night-pages/{name}';
    path: { name: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 一条消息的 CAP 1.2 原文，含演练 / one message as CAP 1.2, those of drills too */
  showNoticeCap: {
    method: 'GET';
    url: '/api/v1/notices/{identifier}/cap';
    path: { identifier: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 已发布消息的 Atom 订阅 / published messages as an Atom feed */
  showNoticeFeed: {
    method: 'GET';
    url: '/cap/feed.atom';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 值班台页面 / the console of the officers */
  showOfficersConsole: {
    method: 'GET';
    url: '/console/';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 一家企业的指令全文 / one order, whole */
  showOrder: {
    method: 'GET';
    url: '/api/v1/orders/{enterprise}';
    path: { enterprise: string };
    query: {};
    body: undefined;
    answer: OrderWhole;
  };
  /** 企业上报的照片 / a photo that an enterprise handed in */
  showOrderPhoto: {
    method: 'GET';
    url: '/api/v1/orders/{enterprise}/photos/{photo}';
    path: { enterprise: string; photo: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 县区边界 / outlines of the counties */
  showOutlines: {
    method: 'GET';
    url: '/api/v1/map/outlines';
    path: {};
    query: {};
    body: undefined;
    answer: Outlines;
  };
  /** 本企业：现行指令、回执和时限 / one's own enterprise: orders in force, receipts, deadlines */
  showOwn: {
    method: 'GET';
    url: '/api/v1/own';
    path: {};
    query: {};
    body: undefined;
    answer: Own;
  };
  /** 本企业的公示牌，供打印 / the board at one's own gate, to print */
  showOwnBoard: {
    method: 'GET';
    url: '/api/v1/own/board';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 本企业上报的照片 / a photo of one's own */
  showOwnPhoto: {
    method: 'GET';
    url: '/api/v1/own/photos/{photo}';
    path: { photo: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 本企业一块电表的功率曲线及其基线、上限 / power of one of one's own meters with its baseline and cap */
  showOwnSeries: {
    method: 'GET';
    url: '/api/v1/own/series';
    path: {};
    query: { meter: string; from?: string; to?: string };
    body: undefined;
    answer: Series;
  };
  /** 一个规则包的全文；in-force 为现行者及其样例清单 / one pack, or in-force */
  showPack: {
    method: 'GET';
    url: '/api/v1/packs/{number}';
    path: { number: string };
    query: {};
    body: undefined;
    answer: Pack;
  };
  /** 页面所用文件，名称随内容变化 / a part of a page; its name changes with what is in it */
  showPageAsset: {
    method: 'GET';
    url: '/assets/{file}';
    path: { file: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 回放：某一时刻的预警、待办、指令计数、线索 / replay: warnings, matters, orders by state and cases as of an instant */
  showPast: {
    method: 'GET';
    url: '/api/v1/past';
    path: {};
    query: { at?: string; warnings_below?: number };
    body: undefined;
    answer: Past;
  };
  /** 一份区域预警提示 / one regional prompt */
  showPrompt: {
    method: 'GET';
    url: '/api/v1/prompts/{number}';
    path: { number: string };
    query: {};
    body: undefined;
    answer: Prompt;
  };
  /** 消息协议（AsyncAPI 3.0） / the protocol over MQTT, AsyncAPI 3.0 */
  showProtocol: {
    method: 'GET';
    url: '/api/v1/asyncapi.json';
    path: {};
    query: {};
    body: undefined;
    answer: { [name: string]: unknown };
  };
  /** 消息协议（AsyncAPI 3.0，YAML） / the protocol over MQTT, as YAML */
  showProtocolYaml: {
    method: 'GET';
    url: '/api/v1/asyncapi.yaml';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 省级填报表 / the rows of the province's form */
  showProvinceForm: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/reports/province';
    path: { id: string };
    query: { at?: string; format?: string };
    body: undefined;
    answer: string | { [name: string]: unknown };
  };
  /** 公众页面：预警、级别、措施、健康提示 / the public page: warnings, levels, measures, advice on health */
  showPublicPage: {
    method: 'GET';
    url: '/public';
    path: {};
    query: { lang?: string };
    body: undefined;
    answer: string;
  };
  /** 公众页面的样式 / the style of the public page */
  showPublicStyle: {
    method: 'GET';
    url: '/public.css';
    path: {};
    query: {};
    body: undefined;
    answer: string;
  };
  /** 是否可以工作 / is it ready to work */
  showReadiness: {
    method: 'GET';
    url: '/readyz';
    path: {};
    query: {};
    body: undefined;
    answer: Readiness;
  };
  /** 预警评估报告；进行中的截至此刻 / the evaluation report of a warning; of one that runs, as of now */
  showReport: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/report';
    path: { id: string };
    query: { format?: string };
    body: undefined;
    answer: string | { [name: string]: unknown };
  };
  /** 值班表 / the roster in force */
  showRoster: {
    method: 'GET';
    url: '/api/v1/duty/roster';
    path: {};
    query: {};
    body: undefined;
    answer: Roster;
  };
  /** 我是谁、有何角色、如何登录的，以及 csrf_token / who I am, my roles, how I proved it, and the csrf_token */
  showSession: {
    method: 'GET';
    url: '/api/v1/session';
    path: {};
    query: {};
    body: undefined;
    answer: Session;
  };
  /** 当前形势：各预报的窗口、研判、现行预警和演练 / the situation: windows of each forecast, the assessment, the warning and the drill that run */
  showSituation: {
    method: 'GET';
    url: '/api/v1/situation';
    path: {};
    query: {};
    body: undefined;
    answer: Situation;
  };
  /** 9时、17时的情况报告，缺省截至最近一次报送时间 / the situation report for 09:00 and 17:00; of the last of these otherwise */
  showSituationReport: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/reports/situation';
    path: { id: string };
    query: { at?: string; format?: string };
    body: undefined;
    answer: string | { [name: string]: unknown };
  };
  /** 解除后的总结，载明报送期限 / the summary after the lift, with the day it is due */
  showSummaryReport: {
    method: 'GET';
    url: '/api/v1/warnings/{id}/reports/summary';
    path: { id: string };
    query: { at?: string; format?: string };
    body: undefined;
    answer: string | { [name: string]: unknown };
  };
  /** 一个任务及其答复、附件、下发情况 / one task with answers, files and what was sent */
  showTask: {
    method: 'GET';
    url: '/api/v1/tasks/{number}';
    path: { number: string };
    query: {};
    body: undefined;
    answer: TaskWhole;
  };
  /** 附件 / a file */
  showTaskFile: {
    method: 'GET';
    url: '/api/v1/tasks/{number}/files/{file}';
    path: { number: string; file: string };
    query: {};
    body: undefined;
    answer: string;
  };
  /** 最近一次升级前对存档决定和方案的重算结果 / what the last upgrade made of the stored decisions and plans, before it took up work */
  showUpgrade: {
    method: 'GET';
    url: '/api/v1/upgrade';
    path: {};
    query: {};
    body: undefined;
    answer: Upgrade;
  };
  /** 一个预警 / one warning */
  showWarning: {
    method: 'GET';
    url: '/api/v1/warnings/{id}';
    path: { id: string };
    query: {};
    body: undefined;
    answer: Warning;
  };
  /** 签发待办的变更 / sign the change that waits */
  signChange: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/sign';
    path: { id: string };
    query: {};
    body: { generation?: number; reason?: string; clause?: string; code?: string };
    answer: Warning;
  };
  /** 签发临时管控；提出人不得签发 / sign a temporary control; never by whoever proposed it */
  signControl: {
    method: 'POST';
    url: '/api/v1/controls/{number}/sign';
    path: { number: string };
    query: {};
    body: { code?: string };
    answer: Control;
  };
  /** 暂缓至某时；时长和次数有上限 / put it off until a time, within limits */
  snoozeMatter: {
    method: 'POST';
    url: '/api/v1/duty/matters/{number}/snooze';
    path: { number: string };
    query: {};
    body: { until: string; note?: string };
    answer: Matter;
  };
  /** 认定若干日的污染成因，随即重新研判 / state the cause of days; the air is assessed anew at once */
  stateCause: {
    method: 'POST';
    url: '/api/v1/causes';
    path: {};
    query: {};
    body: { from?: string; to?: string; cause?: string; source?: string; reason?: string };
    answer: Cause;
  };
  /** 陈述、申辩 / make a statement, or appeal */
  stateOwnCase: {
    method: 'POST';
    url: '/api/v1/own/cases/{id}/statement';
    path: { id: string };
    query: {};
    body: { by: string; note: string; files: number[] };
    answer: OwnCase;
  };
  /** 事件流（SSE，可用 Last-Event-ID 续接） / what happens, as server-sent events */
  streamEvents: {
    method: 'GET';
    url: '/api/v1/events';
    path: {};
    query: { after?: number };
    body: undefined;
    answer: string;
  };
  /** 提交预报 / push a forecast, CSV or JSON */
  submitForecast: {
    method: 'POST';
    url: '/api/v1/forecasts';
    path: {};
    query: { source?: string; issued_at?: string; member?: string; region?: string; kind?: string };
    body: string;
    answer: Taken;
  };
  /** 提交监测小时值 / push observed hours, CSV or JSON */
  submitObservations: {
    method: 'POST';
    url: '/api/v1/observations';
    path: {};
    query: { region?: string };
    body: string;
    answer: Taken;
  };
  /** 接班并签字 / take over, and sign */
  takeHandover: {
    method: 'POST';
    url: '/api/v1/duty/handovers/{number}/take';
    path: { number: string };
    query: {};
    body: { note?: string };
    answer: Handover;
  };
  /** 短信网关转来的回复：1 收到 2 执行 3 有困难 / what an enterprise answered by SMS: 1 received, 2 executing, 3 refused */
  takeSmsAnswer: {
    method: 'POST';
    url: '/api/v1/sms/answers';
    path: {};
    query: {};
    body: { from?: string; text?: string };
    answer: SmsAnswerTaken;
  };
  /** 解除登录等待 / end the pause after wrong log-ins */
  unlockAccount: {
    method: 'POST';
    url: '/api/v1/accounts/{id}/unlock';
    path: { id: string };
    query: {};
    body: undefined;
    answer: { id: string; wrong: number };
  };
  /** 上传清单（JSON 内含 CSV，或 xlsx） / upload an edition */
  uploadInventory: {
    method: 'POST';
    url: '/api/v1/inventories';
    path: {};
    query: { name?: string; answer?: string; map?: string };
    body: { answer?: string; name?: string; files?: { [name: string]: unknown } } | string;
    answer: InventoryTaken;
  };
  /** 使用一次性链接：设置口令和验证器，并登录；只能用一次 / use a one-time link: set password and authenticator and log in; it counts once */
  useLink: {
    method: 'POST';
    url: '/api/v1/links/use';
    path: {};
    query: {};
    body: { link: string; password?: string; code?: string };
    answer: Session;
  };
  /** 使用企业页面的一次性链接，打开本企业的会话；只能用一次 / use a one-time link to the page of an enterprise: opens a session of its own; it counts once */
  usePageLink: {
    method: 'POST';
    url: '/api/v1/links/page';
    path: {};
    query: {};
    body: { link: string };
    answer: Session;
  };
  /** 撤销不再成立的线索 / withdraw a lead that the readings no longer bear out */
  withdrawCase: {
    method: 'POST';
    url: '/api/v1/cases/{id}/withdrawal';
    path: { id: string };
    query: {};
    body: { note: string };
    answer: Case;
  };
  /** 撤回尚未启用的目录 / take back a catalogue that has not begun */
  withdrawCatalogue: {
    method: 'POST';
    url: '/api/v1/catalogues/{number}/withdraw';
    path: { number: string };
    query: {};
    body: { reason?: string };
    answer: OwnRulesStep;
  };
  /** 撤销一条成因认定，随即重新研判 / withdraw a statement; the air is assessed anew at once */
  withdrawCause: {
    method: 'POST';
    url: '/api/v1/causes/{number}/withdraw';
    path: { number: string };
    query: {};
    body: { reason?: string };
    answer: Cause;
  };
  /** 提出人撤回待办的变更 / the proposer takes the change back */
  withdrawChange: {
    method: 'POST';
    url: '/api/v1/warnings/{id}/withdraw';
    path: { id: string };
    query: {};
    body: { generation?: number; reason?: string; clause?: string };
    answer: Warning;
  };
  /** 撤销临时管控，未到期的指令随之终止 / take a temporary control back; what it asks ends at once */
  withdrawControl: {
    method: 'POST';
    url: '/api/v1/controls/{number}/withdraw';
    path: { number: string };
    query: {};
    body: { reason?: string };
    answer: Control;
  };
  /** 撤回尚未生效的分级变更 / take back changes that do not count yet */
  withdrawGrades: {
    method: 'POST';
    url: '/api/v1/grades/{number}/withdraw';
    path: { number: string };
    query: {};
    body: { reason?: string };
    answer: OwnRulesStep;
  };
  /** 停用边界，恢复示意图 / take the outlines out of use; the schematic map remains */
  withdrawOutlines: {
    method: 'POST';
    url: '/api/v1/map/outlines/withdraw';
    path: {};
    query: {};
    body: undefined;
    answer: Outlines;
  };
  /** 撤回尚未启用的规则包 / take back a pack that has not begun */
  withdrawPack: {
    method: 'POST';
    url: '/api/v1/packs/{number}/withdraw';
    path: { number: string };
    query: {};
    body: { reason?: string };
    answer: PackWithdrawn;
  };
}
