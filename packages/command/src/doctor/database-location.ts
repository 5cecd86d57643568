import type { Location } from '@fjmcp-broker/gateway/store/libsql/location'
import type { StoreRefusal } from '@fjmcp-broker/gateway/store/libsql/refusal'
import type { Result } from '@fjmcp-broker/shared/result'

/** Where the settings put the database. It means nothing where its setting is wrong. */
export type DatabaseLocation = Result<Location, StoreRefusal>
