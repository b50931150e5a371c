{{- /* What values.schema.json cannot say: values that are sound by themselves and contradict each other. */ -}}
{{- define "cnpg-storage-manager.checks" -}}
{{- with .Values.agent.tls -}}
{{- if and .certManager.enabled .existingSecret -}}
{{- fail "agent.tls: expected existingSecret or certManager.enabled, found both" -}}
{{- end -}}
{{- if and .certManager.enabled (not .certManager.issuerRef.name) -}}
{{- fail "agent.tls.certManager.issuerRef.name: expected the name of an issuer, found none" -}}
{{- end -}}
{{- end -}}
{{- if and (gt (int .Values.controller.replicas) 1) (not .Values.controller.leaderElection.enabled) -}}
{{- fail (printf "controller.replicas: expected 1 because controller.leaderElection.enabled is false, found %v" .Values.controller.replicas) -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.name: expected the name of an account because serviceAccount.create is false, found none" -}}
{{- end -}}
{{- $thresholds := .Values.defaults.thresholds | default dict -}}
{{- include "cnpg-storage-manager.thresholdOrder" (dict "path" "defaults.thresholds" "thresholds" $thresholds) -}}
{{- range $role, $settings := .Values.defaults.roles | default dict -}}
{{- $own := ($settings | default dict).thresholds | default dict -}}
{{- $path := printf "defaults.roles.%s.thresholds" $role -}}
{{- include "cnpg-storage-manager.thresholdOrder" (dict "path" $path "thresholds" (merge (dict) $own $thresholds)) -}}
{{- end -}}
{{- end -}}

{{- /* Each threshold is at least the one before, of those that are set. */ -}}
{{- define "cnpg-storage-manager.thresholdOrder" -}}
{{- $path := .path -}}
{{- $thresholds := .thresholds -}}
{{- $lower := "" -}}
{{- range list "warning" "critical" "expansion" "emergency" -}}
{{- if hasKey $thresholds . -}}
{{- if and $lower (gt (get $thresholds $lower | float64) (get $thresholds . | float64)) -}}
{{- fail (printf "%s.%s: expected at least %s (%v), found %v" $path . $lower (get $thresholds $lower) (get $thresholds .)) -}}
{{- end -}}
{{- $lower = . -}}
{{- end -}}
{{- end -}}
{{- end -}}
