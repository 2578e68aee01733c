// Random consent strings by the standard's own library, one JSON object a line: what was meant, and how it is written.
import { PurposeRestriction, Segment, SegmentEncoder, TCModel, TCString } from "@iabtechlabtcf/core";

const [count, seed] = process.argv.slice(2).map(Number);
let state = seed >>> 0;
const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32); // a fixed sequence
const below = (limit) => Math.floor(random() * limit);
const some = (limit, share) => Array.from({ length: limit }, (_, n) => n + 1).filter(() => random() < share);
const vendors = () => {
  const kind = below(4);
  if (kind === 0) return [];
  if (kind === 1) return some(below(900) + 1, 0.5);
  if (kind === 2) return some(below(900) + 1, random() < 0.5 ? 0.02 : 0.98);
  return [...new Set(Array.from({ length: below(8) + 1 }, () => below(65535) + 1))].sort((a, b) => a - b);
};
const languages = ["EN", "FR", "DE", "CS"];

for (let n = 0; n < count; n++) {
  const model = new TCModel();
  const created = new Date(Date.UTC(2023, 10, 1) + below(1200) * 864e5);
  const meant = {
    created: +created, cmpId: below(4094) + 2, cmpVersion: below(4096), consentScreen: below(64),
    consentLanguage: languages[below(4)], vendorListVersion: below(4096), policyVersion: below(4) + 3,
    isServiceSpecific: random() < 0.9, purposeOneTreatment: random() < 0.1, publisherCountryCode: languages[below(4)],
  };
  for (const [name, value] of Object.entries(meant)) if (!["created", "vendorListVersion", "policyVersion"].includes(name)) model[name] = value;
  model.created = model.lastUpdated = created;
  model.vendorListVersion_ = meant.vendorListVersion; // the setters want a vendor list at hand
  model.policyVersion_ = meant.policyVersion;
  const sets = {
    specialFeatureOptins: some(12, 0.3), purposeConsents: some(24, 0.5), purposeLegitimateInterests: some(24, 0.5),
    vendorConsents: vendors(), vendorLegitimateInterests: vendors(), vendorsDisclosed: vendors(),
    publisherConsents: some(24, 0.3), publisherLegitimateInterests: some(24, 0.3),
  };
  for (const [name, ids] of Object.entries(sets)) model[name].set(ids);
  const restrictions = [];
  model.publisherRestrictions.gvl_ = { vendorIds: new Set(Array.from({ length: 200 }, (_, n) => n + 1)) };
  for (let k = below(3); k > 0; k--) {
    const [purpose, type, ids] = [below(10) + 1, below(3), some(200, 0.05)];
    if (restrictions.some((other) => other[0] === purpose)) continue;
    if (!ids.length) continue;
    restrictions.push([purpose, type, ids]);
  }
  for (const [purpose, type, ids] of restrictions) for (const id of ids) model.publisherRestrictions.add(id, new PurposeRestriction(purpose, type));
  const segments = [Segment.CORE];
  if (random() < 0.8) segments.push(Segment.VENDORS_DISCLOSED);
  if (random() < 0.5) segments.push(Segment.PUBLISHER_TC);
  const text = segments.map((segment) => SegmentEncoder.encode(model, segment)).join(".");
  const read = TCString.decode(text);
  const again = Object.fromEntries(Object.keys(sets).map((name) => [name, [...read[name].values()].sort((a, b) => a - b)]));
  console.log(JSON.stringify({ text, meant, sets, segments, restrictions, again }));
}
