// Which function does which command. A command of the table that is not here is not part of Coffer yet.
import type { Command } from './context.ts'
import {
  memoryCommand,
  quitCommand,
  timeCommand,
  useCommand,
  versionCommand,
  whoamiCommand,
} from './commands/about.ts'
import { addCommand } from './commands/add.ts'
import * as bvfs from './commands/bvfs.ts'
import { cancelCommand } from './commands/cancel.ts'
import { setbandwidthCommand } from './commands/bandwidth.ts'
import { configureCommand } from './commands/configure.ts'
import { resolveCommand, setdebugCommand, traceCommand } from './commands/debug.ts'
import { deleteCommand } from './commands/delete.ts'
import {
  dotApiCommand,
  dotAuthorizedCommand,
  dotDefaultsCommand,
  dotNothingCommand,
  dotStatusCommand,
} from './commands/dot.ts'
import * as lists from './commands/dot-lists.ts'
import { disableCommand, enableCommand } from './commands/enable.ts'
import { estimateCommand } from './commands/estimate.ts'
import { dotHelpCommand, helpCommand } from './commands/help.ts'
import { labelCommand, relabelCommand } from './commands/label.ts'
import { listCommand, llistCommand } from './commands/list.ts'
import { dotMessagesCommand, messagesCommand } from './commands/messages.ts'
import { mountCommand, releaseCommand, unmountCommand } from './commands/mount.ts'
import { pruneCommand } from './commands/prune.ts'
import { purgeCommand } from './commands/purge.ts'
import { dotSqlCommand, queryCommand, sqlqueryCommand } from './commands/query.ts'
import { reloadCommand } from './commands/reload.ts'
import { rerunCommand } from './commands/rerun.ts'
import { restoreCommand } from './commands/restore.ts'
import { runCommand } from './commands/run.ts'
import { showCommand } from './commands/show.ts'
import { statusCommand } from './commands/status.ts'
import { autodisplayCommand, automountCommand, guiCommand } from './commands/toggles.ts'
import { exportCommand, importCommand, moveCommand } from './commands/slots.ts'
import { truncateCommand } from './commands/truncate.ts'
import { createCommand, updateCommand } from './commands/update.ts'
import { varCommand } from './commands/var.ts'
import { waitCommand } from './commands/wait.ts'

export const COMMAND_HANDLERS: ReadonlyMap<string, Command> = new Map([
  ['add', addCommand],
  ['autodisplay', autodisplayCommand],
  ['automount', automountCommand],
  ['cancel', cancelCommand],
  ['configure', configureCommand],
  ['create', createCommand],
  ['delete', deleteCommand],
  ['disable', disableCommand],
  ['enable', enableCommand],
  ['estimate', estimateCommand],
  ['exit', quitCommand],
  ['export', exportCommand],
  ['gui', guiCommand],
  ['help', helpCommand],
  ['import', importCommand],
  ['label', labelCommand],
  ['list', listCommand],
  ['llist', llistCommand],
  ['memory', memoryCommand],
  ['messages', messagesCommand],
  ['mount', mountCommand],
  ['move', moveCommand],
  ['prune', pruneCommand],
  ['purge', purgeCommand],
  ['query', queryCommand],
  ['quit', quitCommand],
  ['relabel', relabelCommand],
  ['release', releaseCommand],
  ['reload', reloadCommand],
  ['rerun', rerunCommand],
  ['restore', restoreCommand],
  ['run', runCommand],
  ['resolve', resolveCommand],
  ['setbandwidth', setbandwidthCommand],
  ['setdebug', setdebugCommand],
  ['show', showCommand],
  ['trace', traceCommand],
  ['sqlquery', sqlqueryCommand],
  ['status', statusCommand],
  ['time', timeCommand],
  ['truncate', truncateCommand],
  ['umount', unmountCommand],
  ['unmount', unmountCommand],
  ['update', updateCommand],
  ['use', useCommand],
  ['var', varCommand],
  ['version', versionCommand],
  ['wait', waitCommand],
  ['whoami', whoamiCommand],
  ['.', dotNothingCommand],
  ['.actiononpurge', lists.dotActiononpurgeCommand],
  ['.api', dotApiCommand],
  ['.authorized', dotAuthorizedCommand],
  ['.bvfs_cleanup', bvfs.bvfsCleanupCommand],
  ['.bvfs_clear_cache', bvfs.bvfsClearCacheCommand],
  ['.bvfs_decode_lstat', bvfs.bvfsDecodeLstatCommand],
  ['.bvfs_get_jobids', bvfs.bvfsJobidsCommand],
  ['.bvfs_get_volumes', bvfs.bvfsVolumesCommand],
  ['.bvfs_lsdirs', bvfs.bvfsLsdirsCommand],
  ['.bvfs_lsfiles', bvfs.bvfsLsfilesCommand],
  ['.bvfs_restore', bvfs.bvfsRestoreCommand],
  ['.bvfs_update', bvfs.bvfsUpdateCommand],
  ['.bvfs_versions', bvfs.bvfsVersionsCommand],
  ['.catalogs', lists.dotCatalogsCommand],
  ['.clients', lists.dotClientsCommand],
  ['.consoles', lists.dotConsolesCommand],
  ['.defaults', dotDefaultsCommand],
  ['.filesets', lists.dotFilesetsCommand],
  ['.help', dotHelpCommand],
  ['.jobdefs', lists.dotJobdefsCommand],
  ['.jobs', lists.dotJobsCommand],
  ['.jobstatus', lists.dotJobstatusCommand],
  ['.levels', lists.dotLevelsCommand],
  ['.locations', lists.dotLocationsCommand],
  ['.media', lists.dotMediaCommand],
  ['.mediatypes', lists.dotMediatypesCommand],
  ['.messages', dotMessagesCommand],
  ['.msgs', lists.dotMsgsCommand],
  ['.pools', lists.dotPoolsCommand],
  ['.profiles', lists.dotProfilesCommand],
  ['.quit', quitCommand],
  ['.schedule', lists.dotScheduleCommand],
  ['.sql', dotSqlCommand],
  ['.status', dotStatusCommand],
  ['.storages', lists.dotStoragesCommand],
  ['.types', lists.dotTypesCommand],
  ['.users', lists.dotUsersCommand],
  ['.volstatus', lists.dotVolstatusCommand],
])
