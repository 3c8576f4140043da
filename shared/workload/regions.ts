// Is this the name of a region, or a typing error? Azure opens new regions, so the list is for hints, not of what is allowed:
// only a name that is a letter or two away from a known one is none, and not even that one when only directions and numbers
// differ (eastus3, swedennorth), because that is how new regions are named; but no two are named by the same words.

import { closest, distance } from 'fastest-levenshtein';

const REGIONS = `
  australiacentral australiacentral2 australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth brazilsoutheast
  canadacentral canadaeast centralindia centralus centraluseuap chilecentral chinaeast chinaeast2 chinaeast3 chinanorth
  chinanorth2 chinanorth3 denmarkeast eastasia eastus eastus2 eastus2euap finlandcentral francecentral francesouth germanynorth
  germanywestcentral indonesiacentral israelcentral italynorth japaneast japanwest jioindiacentral jioindiawest koreacentral
  koreasouth malaysiawest mexicocentral newzealandnorth northcentralus northeurope norwayeast norwaywest polandcentral
  qatarcentral southafricanorth southafricawest southcentralus southeastasia southindia spaincentral swedencentral swedensouth
  switzerlandnorth switzerlandwest taiwannorth uaecentral uaenorth uksouth ukwest usdodcentral usdodeast usgovarizona usgovtexas
  usgovvirginia westcentralus westeurope westindia westus westus2 westus3
`
  .trim()
  .split(/\s+/);

const MOST_CHANGES = 2;

const wordsOf = (name: string): string =>
  name
    .split(/(north|south|east|west|central|\d+)/)
    .filter((word) => word !== '')
    .toSorted()
    .join(' ');

const BY_WORDS = new Map(REGIONS.map((name) => [wordsOf(name), name]));

const placeOf = (name: string): string => name.replaceAll(/north|south|east|west|central|\d/g, '');

const PLACES = new Set(REGIONS.map(placeOf));

/** What is wrong with a name in lower case and without spaces. */
export function regionProblem(name: string): string | undefined {
  const same = BY_WORDS.get(wordsOf(name));
  if (same === name) return undefined;
  if (same !== undefined) return mistaken(same);
  if (PLACES.has(placeOf(name))) return undefined;
  const like = closest(name, REGIONS);
  return distance(name, like) <= MOST_CHANGES ? mistaken(like) : undefined;
}

const mistaken = (meant: string): string => `is no region (did you mean ${meant}?)`;
